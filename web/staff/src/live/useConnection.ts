import type { ConnectionState } from '@vagus/client';
import { useEffect, useSyncExternalStore } from 'react';
import { connection } from '../session/session';

const watch = (watcher: () => void) => connection.watchState(watcher);
const current = () => connection.state;

export function useConnectionState(): ConnectionState {
  return useSyncExternalStore(watch, current);
}

/** Keeps the connection open while the component is on screen. */
export function useHeldConnection(): void {
  useEffect(() => connection.hold(), []);
}
