import { useEffect } from 'react';
import { barAlerts } from '../alerts/barAlerts';
import { useOpenAlerts } from '../alerts/useAlerts';
import { useUnread } from '../data/live/unreadThreads';
import { useSignedInUser } from '../data/session/useSession';

/**
 * `(!)` while a critical alert waits for the person, and the number of unread threads, before the title of every page; both together on the
 * icon of the installed app. A page that sets its title has it put before.
 */
export function useTitleCount(): void {
  const { count } = useUnread();
  const user = useSignedInUser();
  const waiting = barAlerts(useOpenAlerts().alerts, user?.id ?? '').mine.length;
  useEffect(() => setBadge((count ?? 0) + waiting), [count, waiting]);
  useEffect(() => () => setBadge(0), []);
  useEffect(() => {
    const title = document.querySelector('title');
    const write = () => {
      const wanted = withCount(document.title, count ?? 0, waiting > 0);
      if (document.title !== wanted) document.title = wanted;
    };
    write();
    if (!title) return undefined;
    const changes = new MutationObserver(write);
    changes.observe(title, { childList: true, characterData: true, subtree: true });
    return () => {
      changes.disconnect();
      document.title = withCount(document.title, 0, false);
    };
  }, [count, waiting]);
}

/** Browsers without icons on a home screen have no such method, or refuse it. */
function setBadge(count: number): void {
  const badge: Partial<Pick<Navigator, 'setAppBadge' | 'clearAppBadge'>> = navigator;
  const set = count > 0 ? badge.setAppBadge?.(count) : badge.clearAppBadge?.();
  set?.catch(() => undefined);
}

export function withCount(title: string, count: number, isAlerted: boolean): string {
  const plain = title.replace(/^\(!\) /, '').replace(/^\(\d+\) /, '');
  return `${isAlerted ? '(!) ' : ''}${count > 0 ? `(${count}) ` : ''}${plain}`;
}
