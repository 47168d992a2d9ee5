export const mostCharacters = 5_000;
export const mostOfSubject = 200;

/** As the server counts: by Unicode characters, so that a flag or a face is not cut in two. */
export function charactersOf(text: string): number {
  return [...text].length;
}

export type TextMistake = 'blank' | 'long' | null;

export function mistakeIn(text: string): TextMistake {
  if (text.trim() === '') return 'blank';
  return charactersOf(text) > mostCharacters ? 'long' : null;
}
