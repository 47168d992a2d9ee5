import { en, type WordKey } from './en';
import { es } from './es';
import type { Text } from './text';

export type { WordKey };

export const languages = ['en', 'es'] as const;
export type Language = (typeof languages)[number];
export type Values = Readonly<Record<string, string | number>>;

const catalogues: Readonly<Record<Language, Readonly<Record<WordKey, Text>>>> = { en, es };

export function isLanguage(word: unknown): word is Language {
  return languages.some((language) => language === word);
}

/** Of what the browser asks for, the first that there is. */
export function languageOf(asked: readonly string[]): Language {
  return asked.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en';
}

export function write(language: Language, key: WordKey, values: Values = {}): string {
  const text = catalogues[language][key];
  const form = typeof text === 'string' ? text : text[pluralOf(language, values['count'])];
  return form.replaceAll(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name];
    if (value === undefined) return place;
    return typeof value === 'number' ? new Intl.NumberFormat(language).format(value) : value;
  });
}

function pluralOf(language: Language, count: string | number | undefined): 'one' | 'other' {
  return new Intl.PluralRules(language).select(Number(count)) === 'one' ? 'one' : 'other';
}
