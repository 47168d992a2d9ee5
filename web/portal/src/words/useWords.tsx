import { createContext, useContext, useEffect, useMemo, useSyncExternalStore, type ReactNode } from 'react';
import { datesOf, localeOf, type Dates } from './dates';
import type { LanguageChoice } from './languageChoice';
import { write, type Language, type Values, type WordKey } from './write';

export interface Words {
  readonly language: Language;
  readonly dates: Dates;
  readonly t: (key: WordKey, values?: Values) => string;
  readonly number: (value: number) => string;
}

const Context = createContext<Words | null>(null);

export function WordsProvider({ choice, children }: { readonly choice: LanguageChoice; readonly children: ReactNode }) {
  const language = useSyncExternalStore(choice.watch, choice.current);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const words = useMemo(() => wordsOf(language), [language]);
  return <Context.Provider value={words}>{children}</Context.Provider>;
}

export function useWords(): Words {
  const words = useContext(Context);
  if (!words) throw new Error('There is no WordsProvider above this component.');
  return words;
}

function wordsOf(language: Language): Words {
  const locale = localeOf(language, navigator.languages);
  const number = new Intl.NumberFormat(locale, { maximumSignificantDigits: 6 });
  return {
    language,
    dates: datesOf(locale),
    t: (key, values) => write(language, key, values),
    number: (value) => number.format(value),
  };
}
