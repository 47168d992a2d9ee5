import { useCallback } from 'react';
import { useObservable, usePortal } from '../data/portal';

/** Says something politely to people who use a screen reader. */
export function useAnnounce(): (sentence: string) => void {
  const { announced } = usePortal();
  return useCallback((sentence) => announced.set(sentence), [announced]);
}

/** The region is there before anything is said: screen readers ignore one that appears together with its text. */
export function Announcer() {
  const sentence = useObservable(usePortal().announced);
  return (
    <div className="hidden" aria-live="polite" data-announcer>
      {sentence}
    </div>
  );
}
