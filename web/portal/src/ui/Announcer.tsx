import { createContext, useCallback, useContext, useState, type ReactNode } from 'react';

const Context = createContext<(sentence: string) => void>(() => undefined);

/** Says something politely to people who use a screen reader. */
export function useAnnounce(): (sentence: string) => void {
  return useContext(Context);
}

/** The region is there before anything is said: screen readers ignore one that appears together with its text. */
export function Announcer({ children }: { readonly children: ReactNode }) {
  const [sentence, setSentence] = useState('');
  const announce = useCallback((next: string) => setSentence(next), []);
  return (
    <Context.Provider value={announce}>
      {children}
      <div className="hidden" aria-live="polite" data-announcer>
        {sentence}
      </div>
    </Context.Provider>
  );
}
