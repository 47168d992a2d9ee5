import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMessages } from '@vagus/react';
import { useEffect } from 'react';
import { usePortal, useSession } from '../data/portal';
import { useClinicDates } from '../data/useClinicDates';
import { usePollInterval } from '../data/useFreshness';
import { ClinicZone } from '../ui/ClinicZone';
import { isMissing } from '../ui/failures';
import { Notice } from '../ui/Notice';
import { PageHeading } from '../ui/PageHeading';
import { QueryView } from '../ui/QueryView';
import { useFailure } from '../ui/useFailure';
import { useWords } from '../words/useWords';
import { Held } from './Held';
import { MessageList } from './MessageList';
import { ReplyForm } from './ReplyForm';
import { SavePdf } from './SavePdf';
import { categoryKeys, heldQuery, isCategory, isForOther, threadQuery, type Thread } from './threads';
import { useMarkRead } from './useMarkRead';
import { Waiting } from './Waiting';

const route = getRouteApi('/signed-in/messages/$threadId');

export function ThreadPage() {
  const { threadId } = route.useParams();
  // Another thread is another page: nothing of the one before stays.
  return <OneThread key={threadId} threadId={threadId} />;
}

function OneThread({ threadId }: { readonly threadId: string }) {
  const { t } = useWords();
  const portal = usePortal();
  const query = useQuery(threadQuery(portal, threadId));
  const failure = useFailure(query);
  useActingForItsPatient(query.data);
  if (isMissing(failure) && query.data === undefined) {
    return (
      <>
        <PageHeading title={t('thread.missing')} />
        <p>{t('thread.missingText')}</p>
        <Link to="/messages" className="button">
          {t('thread.back')}
        </Link>
      </>
    );
  }
  return (
    <>
      <Link to="/messages">{t('thread.back')}</Link>
      <QueryView query={query}>{(thread) => <Conversation thread={thread} />}</QueryView>
    </>
  );
}

/** A link may lead to the thread of a dependant: for whom one acts is then that person, here and in the strip. */
function useActingForItsPatient(thread: Thread | undefined): void {
  const portal = usePortal();
  const session = useSession();
  const ownId = session.status === 'signed_in' ? session.user.patientId : undefined;
  const patientId = thread?.patient.id;
  useEffect(() => {
    if (patientId !== undefined && ownId !== undefined) portal.actingFor.set(patientId === ownId ? null : patientId);
  }, [portal, patientId, ownId]);
}

function Conversation({ thread }: { readonly thread: Thread }) {
  const { t } = useWords();
  const { dates } = useClinicDates();
  const portal = usePortal();
  const session = useSession();
  const messages = useMessages({ threadId: thread.id });
  const draft = portal.drafts.ofThread(thread.id);
  const held = useQuery(heldQuery(portal, thread.id));
  usePolled(messages.reload);
  useMarkRead(messages);
  const isWaiting = thread.status !== 'closed' && thread.expectedReplyAt !== null && thread.waitingSince !== null;
  return (
    <>
      <div className="tight">
        <PageHeading title={thread.subject ?? t('messages.noSubject')} />
        <p className="muted small">
          {isCategory(thread.category) ? `${t(categoryKeys[thread.category])} · ` : ''}
          {t('thread.with')}
          {isForOther(thread, session) && thread.patient.name ? ` · ${t('thread.about', { name: thread.patient.name })}` : ''}
        </p>
      </div>
      <ClinicZone />
      <MessageList messages={messages} />
      <Waiting threadId={thread.id} />
      <Held items={held.data ?? []} onTakenBack={({ content, attachments }) => draft.restore(content ?? '', attachments)} />
      <p role="status" className="muted small">
        {messages.typingUsers.length > 0 ? t('thread.typing') : ''}
      </p>
      {isWaiting && thread.expectedReplyAt && <Notice>{t('thread.expected', { day: dates.day(thread.expectedReplyAt) })}</Notice>}
      {thread.status === 'closed' && <Notice>{t('thread.closed')}</Notice>}
      <ReplyForm thread={thread} messages={messages} />
      <SavePdf threadId={thread.id} />
    </>
  );
}

/** While nothing live vouches for the messages they are loaded every so often. */
function usePolled(reload: () => Promise<void>): void {
  const every = usePollInterval();
  useEffect(() => {
    if (every === false) return undefined;
    const timer = setInterval(() => void reload(), every);
    return () => clearInterval(timer);
  }, [every, reload]);
}
