import type { Messages } from '@vagus/react';
import { useEffect } from 'react';
import { useSession } from '../data/portal';
import { useFreshness } from '../data/useFreshness';

/** What is on a visible page is read. Without a line it is said once that is back. */
export function useMarkRead({ messages, markRead }: Messages): void {
  const session = useSession();
  const isLive = useFreshness().status === 'live';
  const ownId = session.status === 'signed_in' ? session.user.id : null;
  const last = messages.findLast(({ senderId }) => senderId !== ownId);
  const lastId = last?.id;
  useEffect(() => {
    if (lastId === undefined || !isLive) return undefined;
    const mark = () => {
      if (document.visibilityState === 'visible') void markRead();
    };
    mark();
    document.addEventListener('visibilitychange', mark);
    return () => document.removeEventListener('visibilitychange', mark);
  }, [lastId, isLive, markRead]);
}
