import { isLanguage, languageOf, type Language } from './write';

const key = 'vagus.language';

/** The language of this device. It says nothing about a person, so it outlives the session. */
export class LanguageChoice {
  #language: Language;
  #isChosen: boolean;
  readonly #watchers = new Set<() => void>();

  constructor(asked: readonly string[]) {
    const chosen = remembered();
    this.#isChosen = chosen !== null;
    this.#language = chosen ?? languageOf(asked);
  }

  readonly current = (): Language => this.#language;

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  };

  choose(language: Language): void {
    remember(language);
    this.#isChosen = true;
    this.#set(language);
  }

  /** The language that the person wants notices in, where nothing was chosen on this device. English is every account's first. */
  prefer(language: unknown): void {
    if (!this.#isChosen && isLanguage(language) && language !== 'en') this.#set(language);
  }

  #set(language: Language): void {
    this.#language = language;
    for (const watcher of Array.from(this.#watchers)) watcher();
  }
}

function remembered(): Language | null {
  try {
    const kept = localStorage.getItem(key);
    return isLanguage(kept) ? kept : null;
  } catch {
    return null;
  }
}

function remember(language: Language): void {
  try {
    localStorage.setItem(key, language);
  } catch {
    // Storage is blocked: the choice holds for this page.
  }
}
