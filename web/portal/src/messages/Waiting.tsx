import { useNavigate, Link } from '@tanstack/react-router';
import { Problem, type OutboxEntry } from '@vagus/client';
import { useOutbox } from '@vagus/react';
import { usePortal } from '../data/portal';
import { ActionButton } from '../ui/ActionButton';
import { failureKey } from '../ui/failures';
import { useWords } from '../words/useWords';
import { allTheSame, outgoingOf } from './outgoing';

/** What waits on this device to be sent: of one thread, or without one all of it. */
export function Waiting({ threadId }: { readonly threadId?: string }) {
  const { t } = useWords();
  const { entries } = useOutbox();
  const shown = entries.filter((entry) => threadId === undefined || outgoingOf(entry).threadId === threadId);
  if (shown.length === 0) return null;
  return (
    <ul className="list" aria-label={t('waiting.title')}>
      {shown.map((entry) => (
        <WaitingMessage key={entry.id} entry={entry} isInThread={threadId !== undefined} />
      ))}
    </ul>
  );
}

interface WaitingMessageProps {
  readonly entry: OutboxEntry;
  readonly isInThread: boolean;
}

function WaitingMessage({ entry, isInThread }: WaitingMessageProps) {
  const { t } = useWords();
  const { outbox } = useOutbox();
  const takeBack = useTakeBack(entry);
  const { threadId, subject, content, patientName, attachments } = outgoingOf(entry);
  const isRefused = entry.status === 'conflict' || entry.status === 'failed';
  // What crossed an answer is sent all the same only where that answer can be read.
  const isCrossed = entry.problem?.code === 'newer_messages';
  return (
    <li className="card stack">
      {subject && <strong>{subject}</strong>}
      <p className="written">{content}</p>
      {attachments.map(({ id, fileName }) => (
        <p key={id} className="small">
          {fileName}
        </p>
      ))}
      {patientName && <p className="muted small">{t('thread.about', { name: patientName })}</p>}
      <p role="status" className={isRefused ? 'mistake small' : 'muted small'}>
        {isRefused ? `${t('send.not')} ` : ''}
        {t(stateKey(entry))}
      </p>
      {entry.status !== 'sending' && (
        <div className="row">
          {isCrossed && isInThread && (
            <ActionButton onPress={() => void outbox.resend(entry.id, allTheSame(entry))}>{t('waiting.allTheSame')}</ActionButton>
          )}
          {isRefused && !isCrossed && (
            <ActionButton onPress={() => void outbox.resend(entry.id)}>{t('common.tryAgain')}</ActionButton>
          )}
          {threadId !== null && !isInThread ? (
            <Link to="/messages/$threadId" params={{ threadId }} className="button">
              {t('waiting.toThread')}
            </Link>
          ) : (
            <ActionButton onPress={() => void takeBack()}>{t('held.takeBack')}</ActionButton>
          )}
        </div>
      )}
    </li>
  );
}

function stateKey({ status, problem }: OutboxEntry) {
  if (status === 'sending') return 'send.sending';
  return problem ? failureKey(new Problem(problem.status, problem.code, '')) : 'waiting.waits';
}

/**
 * Back into the draft that it came from, to be changed or thrown away. That draft is the author's, also where the session has expired
 * meanwhile: the text lies nowhere else any more.
 */
function useTakeBack(entry: OutboxEntry): () => Promise<void> {
  const portal = usePortal();
  const { outbox } = useOutbox();
  const navigate = useNavigate();
  return async () => {
    const { threadId, content, attachments, subject, category, patientId } = outgoingOf(entry);
    const asked = portal.session.state;
    const draft = threadId === null ? portal.drafts.ofNewThread() : portal.drafts.ofThread(threadId);
    // It may have gone out in this moment: then there is nothing to take back.
    if (!(await outbox.drop(entry.id))) return;
    if (threadId !== null) return draft.restore(content, attachments);
    draft.restore(content, attachments, {
      ...(subject ? { subject } : {}), ...(category ? { category } : {}), ...(patientId ? { patientId } : {}),
    });
    if (portal.session.state === asked) await navigate({ to: '/messages/new' });
  };
}
