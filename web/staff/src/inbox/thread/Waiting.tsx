import { Button } from '@mantine/core';
import { IconCloudUpload, IconLock } from '@tabler/icons-react';
import { Problem, type OutboxEntry } from '@vagus/client';
import { outbox } from '../../data/session/session';
import { outgoingOf } from '../outgoing';
import { inboxFailureText } from '../words';
import classes from './HeldMessages.module.css';

interface WaitingProps {
  entry: OutboxEntry;
  /** Whom it is for, where that is not on screen. */
  to?: string;
  /** Sends what crossed a message of somebody else all the same. */
  onAllTheSame?: () => void;
  onTakeBack: () => void;
}

/** One message or note that waits on this device. */
export function Waiting({ entry, to, onAllTheSame, onTakeBack }: WaitingProps) {
  const { kind, content } = outgoingOf(entry);
  const isRefused = entry.status === 'conflict' || entry.status === 'failed';
  const isCrossed = entry.problem?.code === 'newer_messages';
  const Icon = kind === 'note' ? IconLock : IconCloudUpload;
  return (
    <li className={classes.one}>
      <Icon size={16} aria-hidden="true" />
      <div className={classes.words}>
        {to && <p>{to}</p>}
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
          onClick={() => (isCrossed && onAllTheSame ? onAllTheSame() : void outbox.resend(entry.id))}
        >
          {isCrossed ? 'Send it all the same' : 'Try again'}
        </Button>
      )}
      {entry.status !== 'sending' && (
        <Button size="compact-sm" variant="default" onClick={onTakeBack}>
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
