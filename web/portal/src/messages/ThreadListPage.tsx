import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useActing } from '../data/people';
import { useObservable, usePortal } from '../data/portal';
import { useClinicDates } from '../data/useClinicDates';
import { usePollInterval } from '../data/useFreshness';
import { ActionButton } from '../ui/ActionButton';
import { ClinicZone } from '../ui/ClinicZone';
import { PageHeading } from '../ui/PageHeading';
import { QueryView } from '../ui/QueryView';
import { useWords } from '../words/useWords';
import { Held } from './Held';
import { MatchText } from './MatchText';
import { SearchField } from './SearchField';
import { categoryKeys, heldThreadsQuery, isCategory, isPreparing, threadsQuery, type HeldMessage, type Thread } from './threads';
import classes from './ThreadListPage.module.css';
import { Waiting } from './Waiting';

export function ThreadListPage() {
  const { t } = useWords();
  const portal = usePortal();
  const { patientId } = useActing();
  const navigate = useNavigate();
  const words = useObservable(portal.searched);
  const query = useInfiniteQuery({ ...threadsQuery(portal, patientId, words), refetchInterval: usePollInterval() });
  const isPreparingSearch = query.isPending && isPreparing(query.failureReason);
  const held = useQuery({ ...heldThreadsQuery(portal, patientId), refetchInterval: usePollInterval() });

  function restore({ content, attachments, begins }: HeldMessage): Promise<void> {
    const draft = portal.drafts.ofNewThread();
    draft.restore(
      content ?? '', attachments,
      begins ? { subject: begins.subject ?? '', category: begins.category, patientId: begins.patientId } : {},
    );
    return navigate({ to: '/messages/new' });
  }

  return (
    <>
      <PageHeading title={t('messages.title')} />
      <ClinicZone />
      <Link to="/messages/new" className="button" data-kind="main">
        {t('messages.new')}
      </Link>
      <Waiting />
      <SearchField />
      <p role="status" className="muted small">
        {isPreparingSearch ? t('search.preparing') : ''}
      </p>
      <Held items={held.data ?? []} onTakenBack={(message) => void restore(message)} />
      <QueryView query={query}>
        {({ pages }) => {
          const threads = pages.flatMap(({ items }) => items);
          if (threads.length === 0) return <p className="card">{t(words === '' ? 'messages.none' : 'search.none')}</p>;
          return (
            <ul className="list" aria-label={t('messages.title')}>
              {threads.map((thread) => (
                <li key={thread.id}>
                  <ThreadRow thread={thread} />
                </li>
              ))}
            </ul>
          );
        }}
      </QueryView>
      {query.hasNextPage && (
        <ActionButton isBusy={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
          {t('messages.more')}
        </ActionButton>
      )}
    </>
  );
}

function ThreadRow({ thread }: { readonly thread: Thread }) {
  const { t } = useWords();
  const { dates } = useClinicDates();
  const isUnread = thread.unreadCount > 0;
  return (
    <Link to="/messages/$threadId" params={{ threadId: thread.id }} className={`card ${classes.row}`} data-unread={isUnread || undefined}>
      <span className={classes.subject}>{thread.subject ?? t('messages.noSubject')}</span>
      {thread.matches ? (
        thread.matches.map((match, index) => <MatchText key={index} match={match} />)
      ) : (
        <span className={classes.preview}>{thread.lastMessagePreview ?? ''}</span>
      )}
      <span className="row small">
        {isUnread && (
          <span className="chip" data-tone="accent">
            {t('messages.unread', { count: thread.unreadCount })}
          </span>
        )}
        {thread.status === 'closed' && <span className="chip">{t('messages.closed')}</span>}
        <span className="muted">{isCategory(thread.category) ? t(categoryKeys[thread.category]) : ''}</span>
        <time dateTime={thread.lastMessageAt} className={`muted ${classes.time}`}>
          {dates.when(thread.lastMessageAt)}
        </time>
      </span>
    </Link>
  );
}
