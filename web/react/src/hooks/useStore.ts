import { useCallback, useSyncExternalStore } from 'react';

interface Store<State> {
  readonly state: State;
  watch(watcher: () => void): () => void;
}

/** The state of something that can be watched. Watching begins and ends with the component. */
export function useStore<State>(store: Store<State>): State {
  const watch = useCallback((watcher: () => void) => store.watch(watcher), [store]);
  const current = useCallback(() => store.state, [store]);
  return useSyncExternalStore(watch, current, current);
}
