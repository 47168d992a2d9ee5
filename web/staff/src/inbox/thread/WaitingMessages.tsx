import { Button } from '@mantine/core';
import { IconCloudUpload, IconLock } from '@tabler/icons-react';
import { Problem, type OutboxEntry } from '@vagus/client';
import { outbox } from '../../data/session/session';
import { useOutbox } from '../../data/session/useOutbox';
import { announce } from '../../ui/announcements';
import { draftOf } from '../composer/drafts';
import { filesOf } from '../composer/useFiles';
import { allTheSame, outgoingOf } from '../outgoing';
import { inboxFailureText } from '../words';
import classes from './HeldMessages.module.css';

/** What waits on this device to go into this thread. */
export function WaitingMessages({ threadId, lastSequence }: { threadId: string; lastSequence: number }) {
  const { entries } = useOutbox();
  const shown = entries.filter((entry) => outgoingOf(entry).threadId === threadId);
  if (shown.length === 0) return null;
  return (
    <ul className={classes.held} aria-label="Waiting on this device">
      {shown.map((entry) => (
        <Waiting key={entry.id} entry={entry} lastSequence={lastSequence} />
      ))}
    </ul>
  );
}

function Waiting({ entry, lastSequence }: { entry: OutboxEntry; lastSequence: number }) {
  const { kind, content } = outgoingOf(entry);
  const isRefused = entry.status === 'conflict' || entry.status === 'failed';
  const isCrossed = entry.problem?.code === 'newer_messages';
  const Icon = kind === 'note' ? IconLock : IconCloudUpload;
  return (
    <li className={classes.one}>
      <Icon size={16} aria-hidden="true" />
      <div className={classes.words}>
        <p role="status">
          {kind === 'note' ? 'Note for staff. ' : ''}
          {stateText(entry)}
        </p>
        <p className={classes.text}>{content}</p>
      </div>
      {isRefused && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => void (isCrossed ? allTheSame(entry, lastSequence) : outbox.resend(entry.id))}
        >
          {isCrossed ? 'Send it all the same' : 'Try again'}
        </Button>
      )}
      {entry.status !== 'sending' && (
        <Button size="compact-sm" variant="default" onClick={() => void takeBack(entry)}>
          Take back
        </Button>
      )}
    </li>
  );
}

function stateText({ status, problem }: OutboxEntry): string {
  if (status === 'sending') return 'Sending…';
  if (!problem) return 'Waits on this device and is sent by itself.';
  if (problem.code === 'newer_messages') return 'Not sent: somebody wrote into this thread meanwhile. Read it first.';
  return `Not sent. ${inboxFailureText(new Problem(problem.status, problem.code, ''))}`;
}

/** Back into the draft that it came from, to be changed or thrown away. */
async function takeBack(entry: OutboxEntry): Promise<void> {
  const { threadId, kind, content, attachments } = outgoingOf(entry);
  // It may have gone out in this moment: then there is nothing to take back.
  if (!(await outbox.drop(entry.id))) return;
  if (attachments.length > 0) filesOf(threadId).putBack(attachments);
  announce('Not sent. The text is back where it was written.');
  await draftOf(threadId, kind === 'reply' ? 'draft' : 'note-draft').putBack(content);
}
