import { Button } from '@mantine/core';
import type { Message } from '@vagus/client';
import { IconArrowDown, IconLock } from '@tabler/icons-react';
import { Fragment, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { dateText, timeText } from '../../time/words';
import { dayOf } from '../../time/days';
import { failureText } from '../../ui/failures';
import { useMe, useNameOf } from '../colleagues';
import type { Entry, Note } from '../messages';
import { Attachments } from './Attachments';
import type { OpenThread } from './entries';
import { TakeBack } from './TakeBack';
import classes from './EntryLog.module.css';
import { useOlder } from './openThread';
import { useTyping } from './useTyping';
import { threadName } from '../words';

interface EntryLogProps {
  open: OpenThread;
  observe: (element: Element | null) => (() => void) | undefined;
  newSince: string | null;
}

/** The messages and notes of a thread. It follows new ones only where the end is on screen. */
export function EntryLog({ open, observe, newSince }: EntryLogProps) {
  const { thread, entries } = open;
  const older = useOlder(thread.id);
  const { log, below, toEnd } = useFollowEnd(entries, newSince);
  const typing = useTyping(thread.id);
  return (
    <div className={classes.frame}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- What scrolls has to be reached by the keyboard. */}
      <div ref={log} className={classes.log} role="log" aria-label="Messages" aria-live="off" tabIndex={0}>
        {open.older && (
          <Button variant="default" size="compact-sm" className={classes.older ?? ''} loading={older.isLoading} onClick={older.load}>
            Show earlier messages
          </Button>
        )}
        {older.error && <p role="alert">{failureText(older.error)}</p>}
        {entries.map((entry, index) => (
          <Fragment key={entry.id}>
            {isNewDay(entries[index - 1], entry) && <p className={classes.day}>{dateText(entry.sentAt)}</p>}
            {entry.id === newSince && (
              <p className={classes.since} data-new>
                New since {timeText(entry.sentAt)}
              </p>
            )}
            {entry.kind === 'note' && <NoteCard note={entry} />}
            {entry.kind === 'message' && <MessageBubble message={entry} patient={threadName(thread)} observe={observe} />}
          </Fragment>
        ))}
        {typing && <p className={classes.typing}>{typing === 'patient' ? threadName(thread) : 'A colleague'} is typing…</p>}
      </div>
      {below > 0 && (
        <Button
          size="compact-sm"
          className={classes.jump ?? ''}
          leftSection={<IconArrowDown size={14} aria-hidden="true" />}
          onClick={toEnd}
        >
          {below} new
        </Button>
      )}
    </div>
  );
}

interface MessageBubbleProps {
  message: Message;
  patient: string;
  observe: EntryLogProps['observe'];
}

function MessageBubble({ message, patient, observe }: MessageBubbleProps) {
  const me = useMe();
  const nameOf = useNameOf();
  const fromPatient = message.senderRole === 'patient';
  const sender = fromPatient ? patient : nameOf(message.senderId, message.senderRole);
  return (
    <article
      className={classes.message}
      data-side={fromPatient ? 'patient' : 'staff'}
      aria-label={`${sender}, ${timeText(message.sentAt)}`}
    >
      <p className={classes.sender}>{sender}</p>
      {message.status === 'sent' && <p className={classes.text}>{message.content}</p>}
      {message.status === 'retracted' && <p className={classes.gone}>This message was taken back.</p>}
      {message.status === 'unreadable' && (
        <p className={classes.gone}>The content of this message cannot be shown. Your operator has been told.</p>
      )}
      <Attachments attachments={message.attachments} />
      <p className={classes.when} ref={observe} data-sequence={message.sequence}>
        <time dateTime={message.sentAt}>{timeText(message.sentAt)}</time>
        {message.senderId === me && (message.readAt ? ` · Read ${timeText(message.readAt)}` : ' · Sent')}
        {message.senderId === me && message.status === 'sent' && <TakeBack message={message} />}
      </p>
    </article>
  );
}

/** Apart from messages in place, form, colour and words: nobody can take it for something that the patient reads. */
function NoteCard({ note }: { note: Note }) {
  const nameOf = useNameOf();
  const author = nameOf(note.senderId, note.senderRole);
  return (
    <article className={classes.note} aria-label={`Internal note, ${author}, ${timeText(note.sentAt)}`}>
      <p className={classes.noteHead}>
        <IconLock size={14} aria-hidden="true" />
        Internal note · only staff can see this
      </p>
      <p className={classes.text}>{note.content ?? 'The content of this note cannot be shown. Your operator has been told.'}</p>
      <Attachments attachments={note.attachments} />
      <p className={classes.when}>
        {note.mentions && note.mentions.length > 0 && `For ${note.mentions.map((id) => nameOf(id)).join(', ')} · `}
        {author} · <time dateTime={note.sentAt}>{timeText(note.sentAt)}</time>
      </p>
    </article>
  );
}

function isNewDay(before: Entry | undefined, entry: Entry): boolean {
  return !before || dayOf(new Date(before.sentAt)) !== dayOf(new Date(entry.sentAt));
}

/** Begins at the first unread message, or at the end; afterwards it moves only where the reader is at the end already. */
function useFollowEnd(entries: readonly Entry[], newSince: string | null) {
  const log = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const firstId = useRef(entries[0]?.id);
  const lastId = useRef(entries.at(-1)?.id);
  const height = useRef(0);
  const [below, setBelow] = useState(0);

  useLayoutEffect(() => {
    const element = log.current;
    if (!element) return;
    const line = newSince === null ? null : element.querySelector<HTMLElement>('[data-new]');
    element.scrollTop = line ? line.offsetTop - element.offsetTop - 24 : element.scrollHeight;
    atEnd.current = isAtEnd(element);
    height.current = element.scrollHeight;
    // Once: where somebody has begun to read, the thread does not jump.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  useEffect(() => {
    const element = log.current;
    if (!element) return undefined;
    const scrolled = () => {
      atEnd.current = isAtEnd(element);
      if (atEnd.current) setBelow(0);
    };
    element.addEventListener('scroll', scrolled, { passive: true });
    // The composer grows and shrinks: who was at the end stays there.
    const sizes = new ResizeObserver(() => {
      if (atEnd.current) element.scrollTop = element.scrollHeight;
    });
    sizes.observe(element);
    return () => {
      element.removeEventListener('scroll', scrolled);
      sizes.disconnect();
    };
  }, []);

  useLayoutEffect(() => {
    const element = log.current;
    if (!element) return;
    const cameAbove = entries[0]?.id !== firstId.current;
    const place = entries.findIndex(({ id }) => id === lastId.current);
    const cameBelow = place < 0 ? 0 : entries.length - 1 - place;
    if (cameAbove && cameBelow === 0) element.scrollTop += element.scrollHeight - height.current;
    if (cameBelow > 0 && atEnd.current) element.scrollTop = element.scrollHeight;
    else if (cameBelow > 0) setBelow((before) => before + cameBelow);
    firstId.current = entries[0]?.id;
    lastId.current = entries.at(-1)?.id;
    height.current = element.scrollHeight;
  }, [entries]);

  const toEnd = () => {
    if (log.current) log.current.scrollTop = log.current.scrollHeight;
    setBelow(0);
  };
  return { log, below, toEnd };
}

function isAtEnd({ scrollHeight, scrollTop, clientHeight }: HTMLElement): boolean {
  return scrollHeight - scrollTop - clientHeight < 48;
}
