import type { ConnectionState } from '@vagus/client';
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { useVagus } from '../provider/VagusProvider.js';

export interface Connection extends ConnectionState {
  /** What is shown is current. */
  readonly connected: boolean;
  /** After a refusal: begins anew. */
  readonly retry: () => void;
}

/** The state of the live connection, which is kept open while the component is mounted. */
export function useConnection(): Connection {
  const { connection } = useVagus();
  useEffect(() => connection.hold(), [connection]);
  const watch = useCallback((watcher: () => void) => connection.watchState(watcher), [connection]);
  const current = useCallback(() => connection.state, [connection]);
  const state = useSyncExternalStore(watch, current, current);
  const retry = useCallback(() => connection.retry(), [connection]);
  return { ...state, connected: state.status === 'live', retry };
}
