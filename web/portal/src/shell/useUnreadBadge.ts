import { useUnreadCount } from '@vagus/react';
import { useEffect } from 'react';
import { usePortal } from '../data/portal';

/** Only a number: nothing of a patient is in a title or on an icon. It ends with the session. */
export function useUnreadBadge(): void {
  const { unread } = usePortal();
  const count = useUnreadCount().count ?? 0;
  useEffect(() => {
    unread.set(count);
    setBadge(count);
  }, [unread, count]);
  useEffect(
    () => () => {
      unread.set(0);
      setBadge(0);
    },
    [unread],
  );
}

/** Browsers without icons on a home screen have no such method, or refuse it. */
function setBadge(count: number): void {
  const badge: Partial<Pick<Navigator, 'setAppBadge' | 'clearAppBadge'>> = navigator;
  const set = count > 0 ? badge.setAppBadge?.(count) : badge.clearAppBadge?.();
  set?.catch(() => undefined);
}
