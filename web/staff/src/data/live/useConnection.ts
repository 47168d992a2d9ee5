import { useEffect, useSyncExternalStore } from 'react';
import { useObservable } from '../../observable';
import { connection } from '../session/session';
import { liveParts, type ScreenState } from './liveParts';
import { serverAway } from './serverAway';

/** How live the screen is: all of its parts together. */
export function useScreenState(): ScreenState {
  return useSyncExternalStore(liveParts.watch, () => liveParts.state);
}

/** True when the last request got no answer. */
export function useServerAway(): boolean {
  return useObservable(serverAway);
}

/** Keeps the connection open while the component is on screen. */
export function useHeldConnection(): void {
  useEffect(() => connection.hold(), []);
}
