import { infiniteQueryOptions, useInfiniteQuery, type QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Thread } from '../messages';
import { listThreads } from '../threadRequests';
import type { OpenThread } from '../thread/entries';
import { threadKey } from '../thread/openThread';
import { isOlder, placeThread, threadsOf, withoutThread, type ThreadPages } from './threadList';
import { narrowed, queueOf, without, type InboxSearch, type Queue } from './queues';

const enough = 20;
const pagesByItself = 4;

function threadsQuery(queue: Queue, search: InboxSearch) {
  return infiniteQueryOptions({
    queryKey: ['inbox', 'threads', without(search, 'thread', 'compose')],
    queryFn: ({ pageParam }) => listThreads(queue.asks, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** The threads of a queue, as far as they are loaded. */
export function useThreads(search: InboxSearch, me: string, now: number) {
  const queue = narrowed(queueOf(search.queue), search);
  const query = useInfiniteQuery(threadsQuery(queue, search));
  const { data, hasNextPage, isFetching, fetchNextPage } = query;
  const threads = threadsOf(data).filter((thread) => queue.holds(thread, { me, now }));
  // The server cannot be asked for everything that a queue leaves out: a page may hold little of it.
  const goesOn = hasNextPage && !isFetching && threads.length < enough && (data?.pages.length ?? 0) < pagesByItself;
  useEffect(() => {
    if (goesOn) void fetchNextPage();
  }, [goesOn, fetchNextPage]);
  return { ...query, queue, threads };
}

/** Shows what is known of a thread now, wherever it is shown or belongs. */
export function showThread(queries: QueryClient, thread: Thread, me: string): void {
  for (const [key, pages] of queries.getQueriesData<ThreadPages>({ queryKey: ['inbox', 'threads'] })) {
    if (!pages) continue;
    const search = key[2] as InboxSearch;
    const belongs = narrowed(queueOf(search.queue), search).holds(thread, { me, now: Date.now() });
    queries.setQueryData<ThreadPages>(key, placeThread(pages, thread, belongs));
  }
  queries.setQueryData<OpenThread>(threadKey(thread.id), (known) =>
    known && !isOlder(thread, known.thread) ? { ...known, thread } : known,
  );
}

/** The thread is not open to this person any more. */
export function dropThread(queries: QueryClient, id: string): void {
  queries.setQueriesData<ThreadPages>({ queryKey: ['inbox', 'threads'] }, (pages) => pages && withoutThread(pages, id));
}
