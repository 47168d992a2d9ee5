import { useCallback, useEffect, useRef, useState } from 'react';
import { useMe } from '../colleagues';
import { markRead } from '../threadRequests';
import { firstUnread, type OpenThread } from './entries';

/** Read is what was on screen for so long, in a window that somebody looks at. */
const readAfterMs = 1_000;

/**
 * What of a thread was on screen: it is told to the server as read, and a reply says how far its author had seen. `newSince` is the first
 * message that was unread when the thread was opened.
 */
export function useSeen(threadId: string, open: OpenThread | undefined) {
  const me = useMe();
  const [lastSeen, setLastSeen] = useState(0);
  const told = useRef(0);
  const observer = useRef<IntersectionObserver | null>(null);
  const waiting = useRef(new Set<Element>());
  const [newSince, setNewSince] = useState<string | null | undefined>(undefined);
  // Once, when the thread is loaded: the line does not move while somebody reads.
  if (open && newSince === undefined) setNewSince(firstUnread(open.entries, open.thread.unreadCount, me));

  useEffect(() => {
    const watch = new IntersectionObserver((changes) => {
      const seen = changes.filter(({ isIntersecting }) => isIntersecting).map(({ target }) => sequenceOf(target));
      if (seen.length > 0) setLastSeen((before) => Math.max(before, ...seen));
    });
    observer.current = watch;
    for (const element of waiting.current) watch.observe(element);
    return () => {
      watch.disconnect();
      observer.current = null;
    };
  }, []);

  const observe = useCallback((element: Element | null) => {
    if (!element) return undefined;
    waiting.current.add(element);
    observer.current?.observe(element);
    return () => {
      waiting.current.delete(element);
      observer.current?.unobserve(element);
    };
  }, []);

  useEffect(() => {
    if (lastSeen <= told.current) return undefined;
    let due: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      clearTimeout(due);
      if (document.visibilityState === 'hidden' || !document.hasFocus()) return;
      due = setTimeout(() => {
        told.current = lastSeen;
        // A mark that does not arrive is set again with the next message or visit.
        markRead(threadId, lastSeen).catch(() => (told.current = 0));
      }, readAfterMs);
    };
    look();
    window.addEventListener('focus', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearTimeout(due);
      window.removeEventListener('focus', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, [threadId, lastSeen]);

  return { lastSeen, newSince: newSince ?? null, observe };
}

function sequenceOf(element: Element): number {
  return Number(element.getAttribute('data-sequence')) || 0;
}
