import type { Message } from '@vagus/client';
import type { Messages } from '@vagus/react';
import { useEffect, useRef } from 'react';
import { useSession } from '../data/portal';
import { useClinicDates } from '../data/useClinicDates';
import { ActionButton } from '../ui/ActionButton';
import { Loading } from '../ui/Loading';
import { Failure } from '../ui/Notice';
import { useWords } from '../words/useWords';
import { AttachmentLink } from './AttachmentLink';
import classes from './MessageList.module.css';
import { receiptKey, senderKey, sideOf } from './sender';

export function MessageList({ messages }: { readonly messages: Messages }) {
  const { t } = useWords();
  const session = useSession();
  const ownId = session.status === 'signed_in' ? session.user.id : null;
  const end = useScrollToNewest(messages.messages.at(-1)?.id);
  if (messages.status === 'loading') return <Loading />;
  if (messages.status === 'failed') return <Failure error={messages.error} onAgain={() => void messages.reload()} />;
  return (
    <div className="list">
      {messages.hasOlder && <ActionButton onPress={() => void messages.loadOlder()}>{t('thread.older')}</ActionButton>}
      {/* What comes while the page is open is read out. */}
      <div role="log" aria-label={t('thread.messages')}>
        <ol className="list">
          {messages.messages.map((message) => (
            <OneMessage key={message.id} message={message} ownId={ownId} />
          ))}
        </ol>
      </div>
      <div ref={end} />
    </div>
  );
}

function OneMessage({ message, ownId }: { readonly message: Message; readonly ownId: string | null }) {
  const { t } = useWords();
  const { dates } = useClinicDates();
  const side = sideOf(message, ownId);
  const ofPatient = side === 'own' || side === 'family';
  return (
    <li className={classes.message} data-side={side}>
      <p className={classes.head}>
        <strong>{t(senderKey(side, message.senderRole))}</strong>
        <time dateTime={message.sentAt} className="muted">
          {dates.when(message.sentAt)}
        </time>
      </p>
      {message.status === 'sent' && <p className="written">{message.content}</p>}
      {message.status === 'retracted' && <p className="muted">{t('thread.retracted')}</p>}
      {message.status === 'unreadable' && <p className="muted">{t('thread.unreadable')}</p>}
      {message.attachments.map((attachment) => (
        <AttachmentLink key={attachment.id} attachment={attachment} />
      ))}
      {ofPatient && message.status === 'sent' && (
        <p className="muted small">{t(receiptKey(message), { time: message.readAt ? dates.when(message.readAt) : '' })}</p>
      )}
    </li>
  );
}

/** The newest message is what one came for. Older ones that are loaded move nothing. */
function useScrollToNewest(lastId: string | undefined) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (lastId !== undefined) end.current?.scrollIntoView({ block: 'nearest' });
  }, [lastId]);
  return end;
}
