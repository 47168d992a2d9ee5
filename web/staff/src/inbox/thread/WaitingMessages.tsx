import type { OutboxEntry } from '@vagus/client';
import { outbox, session } from '../../data/session/session';
import { useOutbox } from '../../data/session/useOutbox';
import { announce } from '../../ui/announcements';
import { draftOf } from '../composer/drafts';
import { filesOf } from '../composer/useFiles';
import { allTheSame, outgoingOf, type OutgoingEntry } from '../outgoing';
import classes from './HeldMessages.module.css';
import { Waiting } from './Waiting';

/** What waits on this device to go into this thread. */
export function WaitingMessages({ threadId }: { threadId: string }) {
  const { entries } = useOutbox();
  const shown = entries.flatMap((entry) => {
    const outgoing = outgoingOf(entry);
    return outgoing.kind !== 'beginning' && outgoing.threadId === threadId ? [{ entry, outgoing }] : [];
  });
  if (shown.length === 0) return null;
  return (
    <ul className={classes.held} aria-label="Waiting on this device">
      {shown.map(({ entry, outgoing }) => (
        <Waiting
          key={entry.id}
          entry={entry}
          onAllTheSame={() => void allTheSame(entry)}
          onTakeBack={() => void takeBack(entry, outgoing)}
        />
      ))}
    </ul>
  );
}

/**
 * Back into the draft that it came from, to be changed or thrown away. That draft is the author's, also where the session has expired
 * meanwhile: the text lies nowhere else any more.
 */
async function takeBack({ id }: OutboxEntry, { threadId, kind, content, attachments }: OutgoingEntry): Promise<void> {
  const asked = session.state;
  const keeper = draftOf(threadId, kind === 'reply' ? 'draft' : 'note-draft');
  const files = filesOf(threadId);
  // It may have gone out in this moment: then there is nothing to take back.
  if (!(await outbox.drop(id))) return;
  if (attachments.length > 0) files.putBack(attachments);
  if (session.state === asked) announce('Not sent. The text is back where it was written.');
  await keeper.putBack(content);
}
