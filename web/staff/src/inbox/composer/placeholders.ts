/** A place of a text that is still to be filled. */
export interface Unfilled {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The first place that blocks sending, by the server's rule: two braces with anything in them, or square brackets with a word of two
 * letters or dots. A link of Markdown and a single letter in brackets are no such place.
 */
export function firstUnfilled(text: string): Unfilled | null {
  const braces = /\{\{[^{}]*\}\}/.exec(text);
  const brackets = firstBrackets(text);
  const first = !braces || (brackets && brackets.start < braces.index) ? brackets : placeOf(text, braces.index, braces[0].length);
  return first;
}

function firstBrackets(text: string): Unfilled | null {
  for (const found of text.matchAll(/\[([^[\]\r\n]*)\](?!\()/g)) {
    if (asksForWords(found[1] ?? '')) return placeOf(text, found.index, found[0].length);
  }
  return null;
}

function asksForWords(between: string): boolean {
  const blank = between.trim();
  return blank === '…' || (blank.length > 1 && /^[._]+$/.test(blank)) || /\p{L}\p{L}/u.test(between);
}

function placeOf(text: string, start: number, length: number): Unfilled {
  return { text: text.slice(start, start + length), start, end: start + length };
}
