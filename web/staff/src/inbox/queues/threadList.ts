import type { InfiniteData } from '@tanstack/react-query';
import type { Thread } from '../messages';
import type { ThreadPage } from '../threadRequests';

export type ThreadPages = InfiniteData<ThreadPage, string | null>;

/** An answer may be older than what is shown already. */
export function isOlder(one: Thread, than: Thread): boolean {
  return one.version < than.version || one.lastSequence < than.lastSequence;
}

/** Every thread once, the latest message first. */
export function threadsOf(pages: Pick<ThreadPages, 'pages'> | undefined): readonly Thread[] {
  const byId = new Map<string, Thread>();
  for (const thread of pages?.pages.flatMap(({ items }) => items) ?? []) {
    const known = byId.get(thread.id);
    if (!known || !isOlder(thread, known)) byId.set(thread.id, thread);
  }
  return [...byId.values()].sort(latestFirst);
}

/** The list with what is now known of one thread. One that is older than everything loaded comes with its page. */
export function placeThread(pages: ThreadPages, thread: Thread, belongs: boolean): ThreadPages {
  const known = pages.pages.flatMap(({ items }) => items).find(({ id }) => id === thread.id);
  if (known && isOlder(thread, known)) return pages;
  const without = withoutThread(pages, thread.id);
  const [first, ...others] = without.pages;
  if (!first || !belongs) return without;
  const last = others.at(-1) ?? first;
  const oldest = last.items.at(-1);
  if (!known && last.nextCursor !== null && oldest && latestFirst(thread, oldest) > 0) return without;
  return { ...without, pages: [{ ...first, items: [thread, ...first.items] }, ...others] };
}

export function withoutThread(pages: ThreadPages, id: string): ThreadPages {
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, items: page.items.filter((item) => item.id !== id) })) };
}

/**
 * What a list shows while a hand is over it: everything stays in its place with its latest state, what has left stays until the hand
 * has gone, and what is new waits above.
 */
export function heldOrder(shown: readonly Thread[], current: readonly Thread[]): { rows: readonly Thread[]; waiting: number } {
  const now = new Map(current.map((thread) => [thread.id, thread]));
  const before = new Set(shown.map(({ id }) => id));
  return {
    rows: shown.map((thread) => now.get(thread.id) ?? thread),
    waiting: current.filter(({ id }) => !before.has(id)).length,
  };
}

function latestFirst(one: Thread, other: Thread): number {
  return Date.parse(other.lastMessageAt) - Date.parse(one.lastMessageAt) || other.id.localeCompare(one.id);
}
