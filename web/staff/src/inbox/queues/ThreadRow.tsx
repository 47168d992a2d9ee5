import type { Viewer } from '@vagus/client';
import { Link } from '@tanstack/react-router';
import { IconClock, IconEye, IconFlag, IconPencil, IconUser } from '@tabler/icons-react';
import { dateAndTime } from '../../time/words';
import { useHighlight } from '../../ui/useHighlight';
import { useMe, useNameOf } from '../colleagues';
import type { Thread } from '../messages';
import { presenceText } from '../presence';
import { categoryWords, momentText, patientFacts, pressure, priorityWords, threadName } from '../words';
import type { InboxSearch } from './queues';
import classes from './ThreadList.module.css';

interface ThreadRowProps {
  thread: Thread;
  place: { readonly top: number; readonly height: number; readonly index: number; readonly count: number };
  search: InboxSearch;
  isActive: boolean;
  isOpen: boolean;
  isSelected: boolean;
  onToggle: () => void;
  onOpen: () => void;
  present: readonly Viewer[];
  now: number;
}

export function ThreadRow({ thread, place, search, isActive, isOpen, isSelected, onToggle, onOpen, present, now }: ThreadRowProps) {
  const highlighted = useHighlight(`Thread/${thread.id}`);
  const unread = thread.unreadCount > 0;
  const name = threadName(thread);
  return (
    <li
      className={`${classes.row} ${highlighted ?? ''}`}
      style={{ transform: `translateY(${place.top}px)`, height: place.height }}
      aria-setsize={place.count}
      aria-posinset={place.index + 1}
      data-open={isOpen || undefined}
      data-selected={isSelected || undefined}
    >
      <input
        type="checkbox"
        className={classes.check}
        aria-label={`Select ${name}${thread.subject ? `, ${thread.subject}` : ''}`}
        checked={isSelected}
        tabIndex={isActive ? 0 : -1}
        onChange={onToggle}
      />
      <Link
        to="/inbox"
        search={{ ...search, thread: thread.id }}
        className={classes.link}
        data-row={thread.id}
        data-unread={unread || undefined}
        tabIndex={isActive ? 0 : -1}
        aria-current={isOpen ? 'true' : undefined}
        preload={false}
        onClick={onOpen}
      >
        <span className={classes.top}>
          <span className={classes.name} title={patientFacts(thread)}>
            {name}
          </span>
          {unread && (
            <span className={classes.unread}>
              {thread.unreadCount}
              <span className={classes.said}> unread</span>
            </span>
          )}
          <time className={classes.time} dateTime={thread.lastMessageAt} title={dateAndTime(thread.lastMessageAt)}>
            {momentText(thread.lastMessageAt, now)}
          </time>
        </span>
        <span className={classes.words}>
          {thread.subject && <strong>{thread.subject}</strong>} {thread.lastMessagePreview ?? 'No text to show'}
        </span>
        <Marks thread={thread} present={present} now={now} />
      </Link>
    </li>
  );
}

/** State of a thread in words and icons, what presses first. */
function Marks({ thread, present, now }: { thread: Thread; present: readonly Viewer[]; now: number }) {
  const me = useMe();
  const nameOf = useNameOf();
  const presses = pressure(thread, now);
  const who = presenceText(present, me, nameOf);
  return (
    <span className={classes.marks}>
      {presses && (
        <span className={classes.mark} data-tone={presses.tone}>
          <IconClock size={13} aria-hidden="true" />
          {presses.text}
        </span>
      )}
      {(thread.priority === 'urgent' || thread.priority === 'high') && (
        <span className={classes.mark} data-tone={thread.priority === 'urgent' ? 'late' : 'due'}>
          <IconFlag size={13} aria-hidden="true" />
          {priorityWords[thread.priority]}
        </span>
      )}
      {who && (
        <span className={classes.mark} data-tone="due">
          {who.endsWith('replying') ? <IconPencil size={13} aria-hidden="true" /> : <IconEye size={13} aria-hidden="true" />}
          {who}
        </span>
      )}
      {thread.category && <span className={classes.mark}>{categoryWords[thread.category]}</span>}
      {thread.assignedTo && (
        <span className={classes.mark}>
          <IconUser size={13} aria-hidden="true" />
          {thread.assignedTo.userId === me ? 'You' : (thread.assignedTo.name ?? nameOf(thread.assignedTo.userId))}
        </span>
      )}
    </span>
  );
}
