import { Button } from '@mantine/core';
import { useMe, useNameOf } from './colleagues';
import classes from './InboxPage.module.css';
import { keepTheirs, useChangeConflict, useThreadChange, useUndoable } from './threadActions';
import { priorityWords, statusWords, threadName } from './words';

/** What was done last, and the way back for ten seconds. */
export function UndoBar() {
  const done = useUndoable();
  const change = useThreadChange();
  if (!done) return null;
  return (
    <div className={classes.undo} role="group" aria-label="Last action">
      <span>
        {done.text}: <strong>{threadName(done.thread)}</strong>
      </span>
      <Button size="compact-sm" variant="default" loading={change.isPending}
        onClick={() => change.mutate({ thread: done.thread, changes: done.changes, text: 'Taken back', isUndo: true })}>
        Undo
      </Button>
    </div>
  );
}

/** A colleague changed the thread first: as it is now, and the choice. */
export function ConflictBar() {
  const conflict = useChangeConflict();
  const change = useThreadChange();
  const me = useMe();
  const nameOf = useNameOf();
  if (!conflict) return null;
  const { thread, changes, text } = conflict;
  const owner = thread.assignedTo ? nameOf(thread.assignedTo.userId) : 'nobody';
  return (
    <div className={classes.conflict} role="alert">
      <span>
        Somebody else changed the thread of <strong>{threadName(thread)}</strong> first. It is now: {statusWords[thread.status]},
        priority {priorityWords[thread.priority].toLowerCase()}, looked after by{' '}
        {thread.assignedTo?.userId === me ? 'you' : owner}. Nothing of yours was written.
      </span>
      <Button size="compact-sm" variant="default" onClick={keepTheirs}>
        Leave it so
      </Button>
      <Button size="compact-sm" variant="default" loading={change.isPending} onClick={() => change.mutate({ thread, changes, text })}>
        Change it all the same
      </Button>
    </div>
  );
}
