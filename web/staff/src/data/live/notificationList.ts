import { NotificationList, type NotificationListState } from '@vagus/client';
import { useEffect, useSyncExternalStore } from 'react';
import { followFreshness } from './followFreshness';
import { connection, session } from '../session/session';

const pollMs = 30_000;

/** What the signed-in person is told. It is followed while the frame is on screen, and forgotten with the session. */
export const notifications = new NotificationList({ session, connection });

const watch = (watcher: () => void) => notifications.watch(watcher);

export function useNotifications(): NotificationListState {
  return useSyncExternalStore(watch, () => notifications.state);
}

/** While the connection is not live the list is loaded by time. */
export function useFreshNotifications(): void {
  useEffect(
    () => followFreshness(connection, { reload: () => void notifications.reload(), pollMs, loadedWhileLive: true }),
    [],
  );
}
