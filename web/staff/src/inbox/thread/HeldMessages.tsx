import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconClock } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useNow } from '../../time/useNow';
import { announce } from '../../ui/announcements';
import { draftOf } from '../composer/drafts';
import { filesOf } from '../composer/useFiles';
import type { HeldMessage } from '../messages';
import { sendNow, takeBack } from '../threadRequests';
import { inboxFailureText, momentText } from '../words';
import { withEntries } from './entries';
import classes from './HeldMessages.module.css';
import { heldQuery, updateThread } from './openThread';

/** A message that may only be taken back for some seconds is counted down; one for later says when. */
const shortMs = 30_000;
/** The server sends within a second or two of the time. */
const graceMs = 2_500;

/** One's own messages of this thread that wait for their time; nobody else is shown them. */
export function HeldMessages({ threadId }: { threadId: string }) {
  const queries = useQueryClient();
  const { data = [] } = useQuery(heldQuery(threadId));
  const next = Math.min(...data.filter(({ status }) => status === 'scheduled').map(({ sendAt }) => Date.parse(sendAt)));
  useEffect(() => {
    if (!Number.isFinite(next)) return undefined;
    const wait = Math.max(graceMs, next - Date.now() + graceMs);
    if (wait > 2 ** 31 - 1) return undefined;
    const due = setTimeout(() => {
      void queries.invalidateQueries({ queryKey: heldQuery(threadId).queryKey });
      void queries.invalidateQueries({ queryKey: ['inbox', 'thread', threadId] });
    }, wait);
    return () => clearTimeout(due);
  }, [queries, threadId, next]);
  if (data.length === 0) return null;
  return (
    <ul className={classes.held} aria-label="Messages that wait">
      {data.map((message) => (
        <Held key={message.id} message={message} />
      ))}
    </ul>
  );
}

function Held({ message }: { message: HeldMessage }) {
  const queries = useQueryClient();
  const { id, threadId, sendAt, acceptedAt, status, content } = message;
  const isShort = Date.parse(sendAt) - Date.parse(acceptedAt) <= shortMs;
  const now = useNow(isShort ? 500 : 30_000);
  const left = Math.max(0, Math.ceil((Date.parse(sendAt) - now) / 1_000));
  const gone = () =>
    queries.setQueryData<readonly HeldMessage[]>(heldQuery(threadId).queryKey, (all) => all?.filter((one) => one.id !== id));
  const back = useMutation({
    mutationFn: () => takeBack(id),
    onSuccess: async (taken) => {
      gone();
      announce('Not sent. The text is back in the reply.');
      filesOf(threadId).putBack(taken.attachments ?? message.attachments ?? []);
      await draftOf(threadId, 'draft').putBack(taken.content ?? '');
    },
  });
  const send = useMutation({
    mutationFn: () => sendNow(id),
    onSuccess: (sent) => {
      gone();
      updateThread(queries, threadId, (known) => withEntries(known, [sent]));
      announce('Message sent');
    },
  });
  const error = back.error ?? send.error;
  return (
    <li className={classes.one}>
      <IconClock size={16} aria-hidden="true" />
      <div className={classes.words}>
        <p>{status === 'stopped' ? stoppedText : isShort ? `Sending in ${left} s` : `Waits until ${momentText(sendAt)}`}</p>
        <p className={classes.text}>{content}</p>
        {error && <p role="alert">{inboxFailureText(error)}</p>}
      </div>
      <Button size="compact-sm" variant="default" loading={back.isPending} onClick={() => back.mutate()}>
        {isShort && status !== 'stopped' ? 'Undo' : 'Take back'}
      </Button>
      {status === 'scheduled' && (
        <Button size="compact-sm" variant="subtle" loading={send.isPending} onClick={() => send.mutate()}>
          Send now
        </Button>
      )}
    </li>
  );
}

const stoppedText = 'Not sent: you do not see this thread any more in the role that you wrote it in.';
