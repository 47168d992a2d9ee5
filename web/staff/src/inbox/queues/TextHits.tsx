import { Button } from '@mantine/core';
import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Problem } from '@vagus/client';
import { IconFileSearch } from '@tabler/icons-react';
import { LoadingRows } from '../../ui/LoadingRows';
import { LoadFailure, Nothing } from '../../ui/Notice';
import type { TextMatch, Thread } from '../messages';
import { listThreads } from '../threadRequests';
import { momentText, threadName } from '../words';
import type { InboxSearch } from './queues';
import classes from './TextHits.module.css';

interface TextHitsProps {
  text: string;
  search: InboxSearch;
  openId: string | undefined;
  now: number;
  onEnd: () => void;
}

const askAgainMs = 3_000;

/** Threads of all queues in whose messages, notes or subjects the words stand. The server opens the texts and finds them. */
function hitsQuery(text: string) {
  return infiniteQueryOptions({
    queryKey: ['inbox', 'texts', text],
    queryFn: ({ pageParam }) => listThreads({ search: text }, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    // A server that has just started prepares its texts for a moment.
    refetchInterval: ({ state: { error } }) => (isPreparing(error) ? askAgainMs : false),
    retry: false,
  });
}

export function TextHits({ text, search, openId, now, onEnd }: TextHitsProps) {
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(hitsQuery(text));
  const threads = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className={classes.hits}>
      <div className={classes.head}>
        <h2>Messages with “{text}”</h2>
        <Button size="compact-sm" variant="default" onClick={onEnd}>
          Back to the queue
        </Button>
      </div>
      {isPending && <LoadingRows label="Searching messages" count={4} height={80} />}
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {data && threads.length === 0 && !hasNextPage && (
        <Nothing icon={<IconFileSearch size={32} aria-hidden="true" />}>
          No message, note or subject that you may see has all of these words.
        </Nothing>
      )}
      {threads.length > 0 && (
        <ul aria-label="Threads found by text">
          {threads.map((thread) => (
            <Hit key={thread.id} thread={thread} search={search} openId={openId} now={now} />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Button variant="default" size="compact-sm" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      )}
    </div>
  );
}

function Hit({ thread, search, openId, now }: Pick<TextHitsProps, 'search' | 'openId' | 'now'> & { thread: Thread }) {
  return (
    <li>
      <Link
        to="/inbox"
        search={{ ...search, thread: thread.id }}
        preload={false}
        aria-current={openId === thread.id ? 'true' : undefined}
      >
        <span className={classes.top}>
          <strong>{threadName(thread)}</strong>
          <time dateTime={thread.lastMessageAt}>{momentText(thread.lastMessageAt, now)}</time>
        </span>
        {thread.subject && <span>{thread.subject}</span>}
        {thread.matches?.map((match, index) => (
          <span key={index} className={classes.snippet}>
            {match.kind === 'note' && 'Note: '}
            <Marked match={match} />
          </span>
        ))}
      </Link>
    </li>
  );
}

/** The found words in their place. */
function Marked({ match: { snippet, highlights } }: { match: TextMatch }) {
  const parts: { text: string; isFound: boolean }[] = [];
  let at = 0;
  for (const { start, length } of highlights) {
    parts.push({ text: snippet.slice(at, start), isFound: false }, { text: snippet.slice(start, start + length), isFound: true });
    at = start + length;
  }
  parts.push({ text: snippet.slice(at), isFound: false });
  return parts.map(({ text, isFound }, index) => (isFound ? <mark key={index}>{text}</mark> : text));
}

function Failure({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const text = error instanceof Problem ? words[error.code] : undefined;
  if (!text) return <LoadFailure what="Messages" error={error} onRetry={onRetry} />;
  return <Nothing icon={<IconFileSearch size={32} aria-hidden="true" />}>{text}</Nothing>;
}

const words: Readonly<Record<string, string>> = {
  not_supported: 'Your organization has not allowed searching in messages. Patients and subjects of loaded threads can be found.',
  search_preparing: 'The server has just started and prepares the search. It is asked again in a moment.',
  search_ended: 'The server prepares the search. It is asked again in a moment.',
  search_too_broad: 'Too many threads have these words. Type more of them.',
  search_too_large: 'Your organization has more messages than can be searched.',
};

function isPreparing(error: unknown): boolean {
  return error instanceof Problem && (error.code === 'search_preparing' || error.code === 'search_ended');
}
