import { Button } from '@mantine/core';
import type { Viewer } from '@vagus/client';
import { IconInbox } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { FhirRefusal } from '../../data/fhir/requests';
import { LoadingRows } from '../../ui/LoadingRows';
import { LoadFailure, Nothing } from '../../ui/Notice';
import type { Thread } from '../messages';
import { BulkBar } from './BulkBar';
import type { InboxSearch } from './queues';
import { heldOrder } from './threadList';
import classes from './ThreadList.module.css';
import { ThreadRow } from './ThreadRow';
import type { useThreads } from './useThreads';
import { useVirtualRows } from './useVirtualRows';

interface ThreadListProps {
  query: ReturnType<typeof useThreads>;
  threads: readonly Thread[];
  typed: string;
  search: InboxSearch;
  activeId: string | null;
  /** Where the person has moved by keys: the focus goes there. */
  moved: { readonly to: string } | null;
  onActive: (id: string) => void;
  selected: ReadonlySet<string>;
  onToggle: (id: string) => void;
  onSelect: (ids: ReadonlySet<string>) => void;
  viewers: ReadonlyMap<string, readonly Viewer[]>;
  now: number;
}

const rowRem = 5.5;

export function ThreadList(props: ThreadListProps) {
  const { query, threads, typed, selected, onSelect } = props;
  const { rows, waiting, hold, release } = useHeldRows(threads);
  if (query.isPending) {
    return (
      <div className={classes.state}>
        <LoadingRows label="Loading threads" count={7} height={80} />
      </div>
    );
  }
  if (query.error && !query.data) {
    return (
      <div className={classes.state}>
        <LoadFailure what="The threads" error={refusedOf(query.error)} onRetry={() => void query.refetch()} />
      </div>
    );
  }
  return (
    <>
      {selected.size > 0 && <BulkBar ids={selected} threads={threads} onDone={onSelect} />}
      {waiting > 0 && (
        <Button variant="light" size="compact-sm" className={classes.waiting ?? ''} onClick={release}>
          Show {waiting} new {waiting === 1 ? 'thread' : 'threads'}
        </Button>
      )}
      {rows.length === 0 ? (
        <Nothing icon={<IconInbox size={32} aria-hidden="true" />}>
          {typed ? 'No loaded thread fits what you typed. Choose a patient above to see all threads of one.' : query.queue.empty}
        </Nothing>
      ) : (
        <Rows {...props} threads={rows} onHold={hold} onRelease={release} />
      )}
    </>
  );
}

function Rows(props: ThreadListProps & { onHold: () => void; onRelease: () => void }) {
  const { query, threads, search, activeId, moved, onActive, selected, onToggle, viewers, now, onHold, onRelease } = props;
  const { scroller, first, last, rowPx, reveal } = useVirtualRows(threads.length, rowRem);
  const current = activeId ?? search.thread ?? threads[0]?.id;
  const activeIndex = threads.findIndex(({ id }) => id === current);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const nearEnd = hasNextPage && !isFetchingNextPage && last >= threads.length - 8;

  useEffect(() => {
    if (nearEnd) void fetchNextPage();
  }, [nearEnd, fetchNextPage]);
  useEffect(() => {
    if (moved === null) return;
    const index = threads.findIndex(({ id }) => id === moved.to);
    if (index < 0) return;
    reveal(index);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-row="${moved.to}"]`)?.focus());
    // Only where the person moves: a new order of the rows takes no focus.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [moved]);

  // The row that has the focus stays in the document, wherever the list is scrolled to.
  const indexes = range(first, last);
  if (activeIndex >= 0 && (activeIndex < first || activeIndex >= last)) indexes.push(activeIndex);
  return (
    <div
      className={classes.scroller}
      ref={scroller}
      onPointerEnter={(event) => event.pointerType === 'mouse' && onHold()}
      onPointerLeave={onRelease}
    >
      <ul className={classes.rows} style={{ height: threads.length * rowPx }} aria-label={query.queue.text}>
        {indexes.map((index) => {
          const thread = threads[index];
          if (!thread) return null;
          return (
            <ThreadRow
              key={thread.id}
              thread={thread}
              place={{ top: index * rowPx, height: rowPx, index, count: threads.length }}
              search={search}
              isActive={thread.id === current || (activeIndex < 0 && index === 0)}
              isOpen={thread.id === search.thread}
              isSelected={selected.has(thread.id)}
              onToggle={() => onToggle(thread.id)}
              onOpen={() => onActive(thread.id)}
              present={viewers.get(thread.id) ?? nobody}
              now={now}
            />
          );
        })}
      </ul>
    </div>
  );
}

const nobody: readonly Viewer[] = [];

/** Rows keep their places while the pointer is over them. */
function useHeldRows(threads: readonly Thread[]) {
  const [held, setHeld] = useState<readonly Thread[] | null>(null);
  const { rows, waiting } = held === null ? { rows: threads, waiting: 0 } : heldOrder(held, threads);
  return { rows, waiting, hold: () => setHeld(rows), release: () => setHeld(null) };
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
}

/** What the role may not see is said calmly, as elsewhere. */
export function refusedOf(error: Error): Error {
  return 'status' in error && error.status === 403 ? new FhirRefusal(403, 'forbidden', null) : error;
}
