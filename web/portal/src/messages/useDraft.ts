import { useEffect } from 'react';
import type { Draft, DraftState } from '../data/draft';
import { useObservable } from '../data/portal';

/** Loads the draft with the page and saves it with leaving it. */
export function useDraft(draft: Draft): DraftState {
  useEffect(() => {
    void draft.load();
    return () => void draft.save();
  }, [draft]);
  return useObservable(draft.state);
}
