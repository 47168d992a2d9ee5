import { useEffect } from 'react';
import { useUnread } from '../data/live/unreadThreads';

/** The number of unread threads before the title of every page: it is seen in the tab. A page that sets its title has it put before. */
export function useTitleCount(): void {
  const { count } = useUnread();
  useEffect(() => {
    const title = document.querySelector('title');
    const write = () => {
      const wanted = withCount(document.title, count ?? 0);
      if (document.title !== wanted) document.title = wanted;
    };
    write();
    if (!title) return undefined;
    const changes = new MutationObserver(write);
    changes.observe(title, { childList: true, characterData: true, subtree: true });
    return () => {
      changes.disconnect();
      document.title = withCount(document.title, 0);
    };
  }, [count]);
}

export function withCount(title: string, count: number): string {
  const plain = title.replace(/^\(\d+\) /, '');
  return count > 0 ? `(${count}) ${plain}` : plain;
}
