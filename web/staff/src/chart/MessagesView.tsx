import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { getJson } from '../data/care/requests';
import { plainWord } from '../data/fhir/words';
import { dateAndTime } from '../time/words';
import { Nothing } from '../ui/Notice';
import classes from './Lists.module.css';
import { LoadedItems } from './LoadedItems';
import type { ViewProps } from './viewProps';

interface ThreadLine {
  readonly id: string;
  readonly subject: string | null;
  readonly status: string;
  readonly lastMessageAt: string;
  readonly lastMessagePreview: string | null;
  readonly unreadCount: number;
  readonly assignedTo: { readonly name: string | null } | null;
}

interface ThreadPage {
  readonly items: readonly ThreadLine[];
  readonly nextCursor: string | null;
}

/** The conversations about this patient, the latest first. */
export function MessagesView({ chart: { patientId }, asOf }: ViewProps) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['patient', patientId, 'threads'],
    queryFn: ({ pageParam }): Promise<ThreadPage> =>
      getJson(`/api/patient-messages/threads?${new URLSearchParams({ patientId, ...(pageParam ? { cursor: pageParam } : {}) })}`),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    enabled: asOf === undefined,
  });
  const list = {
    items: data?.pages.flatMap((page) => page.items) ?? null,
    error,
    hasOlder: hasNextPage,
    isLoadingOlder: isFetchingNextPage,
    loadOlder: () => void fetchNextPage(),
    retry: () => void refetch(),
  };
  return (
    <>
      <h2 className={classes.title}>Messages</h2>
      {asOf !== undefined ? (
        <Nothing>Messages are shown as they are now. Go back to now to see them.</Nothing>
      ) : (
        <LoadedItems list={list} label="Conversations" none="There is no conversation about this patient that you may see.">
          {(thread) => (
            <div className={classes.head}>
              <span />
              <span className={classes.what}>
                <Link to="/inbox" search={{ thread: thread.id }} preload={false}>
                  <strong>{thread.subject ?? 'Without a subject'}</strong>
                </Link>
                <span className={classes.detail}>{thread.lastMessagePreview}</span>
                <span className={classes.detail}>
                  {dateAndTime(thread.lastMessageAt)}
                  {thread.assignedTo?.name && ` · ${thread.assignedTo.name}`}
                </span>
              </span>
              <span className={classes.marks}>
                {thread.unreadCount > 0 && <span className={classes.unseen}>{thread.unreadCount} unread</span>}
                <span>{plainWord(thread.status)}</span>
              </span>
            </div>
          )}
        </LoadedItems>
      )}
    </>
  );
}
