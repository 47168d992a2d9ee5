import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconClock } from '@tabler/icons-react';
import type { Message } from '@vagus/client';
import { useEffect } from 'react';
import { useNow } from '../../time/useNow';
import type { HeldMessage } from '../messages';
import { sendNow, takeBack } from '../threadRequests';
import { inboxFailureText, momentText } from '../words';
import classes from './HeldMessages.module.css';

/** A message that may only be taken back for some seconds is counted down; one for later says when. */
const shortMs = 30_000;
/** The server sends within a second or two of the time. */
const graceMs = 2_500;

/** Calls `then` once the next of these messages has been sent by itself. */
export function useWhenSent(held: readonly HeldMessage[], then: () => void): void {
  const next = Math.min(...held.filter(({ status }) => status === 'scheduled').map(({ sendAt }) => Date.parse(sendAt)));
  useEffect(() => {
    if (!Number.isFinite(next)) return undefined;
    const wait = Math.max(graceMs, next - Date.now() + graceMs);
    if (wait > 2 ** 31 - 1) return undefined;
    const due = setTimeout(then, wait);
    return () => clearTimeout(due);
  }, [next, then]);
}

interface HeldProps {
  message: HeldMessage;
  /** Whom it is for, where that is not on screen. */
  to?: string;
  stoppedText: string;
  /** It does not wait any more. */
  gone: () => void;
  onTakenBack: (taken: HeldMessage) => Promise<void>;
  onSent: (sent: Message) => void;
}

/** One message that waits for its time. */
export function Held({ message, to, stoppedText, gone, onTakenBack, onSent }: HeldProps) {
  const { id, sendAt, acceptedAt, status, content } = message;
  const isShort = Date.parse(sendAt) - Date.parse(acceptedAt) <= shortMs;
  const now = useNow(isShort ? 500 : 30_000);
  const left = Math.max(0, Math.ceil((Date.parse(sendAt) - now) / 1_000));
  const back = useMutation({
    mutationFn: () => takeBack(id),
    onSuccess: async (taken) => {
      gone();
      await onTakenBack(taken);
    },
  });
  const send = useMutation({
    mutationFn: () => sendNow(id),
    onSuccess: (sent) => {
      gone();
      onSent(sent);
    },
  });
  const error = back.error ?? send.error;
  return (
    <li className={classes.one}>
      <IconClock size={16} aria-hidden="true" />
      <div className={classes.words}>
        {to && <p>{to}</p>}
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
