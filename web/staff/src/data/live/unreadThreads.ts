import { UnreadCount, type UnreadState } from '@vagus/client';
import { useSyncExternalStore } from 'react';
import { messaging, session } from '../session/session';

const unread = new UnreadCount({ session, messaging });
const watch = (watcher: () => void) => unread.watch(watcher);

/** How many threads hold something unread, as the server counts; null until it is known. */
export function useUnread(): UnreadState {
  return useSyncExternalStore(watch, () => unread.state);
}
