import { useEffect, useSyncExternalStore } from 'react';
import { useObservable } from '../../observable';
import { useNow } from '../../time/useNow';
import { connection } from '../session/session';
import { liveParts, patienceMs, type ScreenState } from './liveParts';
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

const watchOwn = (watcher: () => void) => connection.watchState(watcher);

/** True when events about this person do not come: at once where there is no network or no more attempt, otherwise after a while. */
export function useEventsLate(): boolean {
  const { status, since } = useSyncExternalStore(watchOwn, () => connection.state);
  const now = useNow(60_000, status === 'live' ? undefined : since + patienceMs);
  return status === 'offline' || status === 'refused' || (status !== 'live' && now - since >= patienceMs);
}
