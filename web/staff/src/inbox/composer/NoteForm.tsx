import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconLock } from '@tabler/icons-react';
import { useRef } from 'react';
import { useObservable } from '../../observable';
import { announce } from '../../ui/announcements';
import { tellOutcome } from '../../ui/outcomes';
import type { Thread } from '../messages';
import { withEntries } from '../thread/entries';
import { threadKey, updateThread } from '../thread/openThread';
import { addNote } from '../threadRequests';
import { sendFailureText, threadName } from '../words';
import classes from './Composer.module.css';
import { DraftConflict, DraftNotice } from './DraftNotice';
import { draftOf } from './drafts';
import { hasLeft } from './useReply';
import { isTooLong, TextField } from './TextField';

/** What is written here is for staff. This form knows no request that sends to a patient. */
export function NoteForm({ thread }: { thread: Thread }) {
  const queries = useQueryClient();
  const keeper = draftOf(thread.id, 'note-draft');
  const draft = useObservable(keeper.observable);
  const field = useRef<HTMLTextAreaElement>(null);
  const { isSending, error } = useObservable(keeper.sending);
  const save = async () => {
    try {
      const content = draft.text;
      const note = await keeper.send({ content, cannedId: null, attachmentIds: [] }, (id) => addNote(thread.id, content, id));
      if (note === null || hasLeft()) return;
      updateThread(queries, thread.id, (known) => withEntries(known, [note]));
      announce('Note saved');
      field.current?.focus();
    } catch (failure) {
      if (hasLeft()) return;
      // Its place may be left: the failure is told on top of the page then.
      if (document.querySelector(`[id="note-${thread.id}"]`) === null) {
        tellOutcome(`Note not saved: ${threadName(thread)}.`, sendFailureText(failure));
      }
      void queries.invalidateQueries({ queryKey: threadKey(thread.id) });
    }
  };
  const isEmpty = draft.text.trim() === '';
  const submit = () => {
    if (!isEmpty && !isTooLong(draft.text) && !isSending && draft.status !== 'conflict') void save();
  };
  return (
    <div className={classes.form}>
      <DraftConflict draft={draft} keeper={keeper} />
      <TextField
        label="Note for staff"
        text={draft.text}
        isBusy={isSending}
        field={field}
        describedBy={`note-${thread.id}`}
        onType={(text) => keeper.type(text)}
        onSubmit={submit}
      />
      {error && (
        <p className={classes.failure} role="alert">
          <strong>Note not saved.</strong> {sendFailureText(error)}
        </p>
      )}
      <div className={classes.foot}>
        <p className={classes.to} id={`note-${thread.id}`}>
          <IconLock size={14} aria-hidden="true" /> Only staff can see this. It is not sent to the patient.
        </p>
        <DraftNotice draft={draft} />
        <Button
          size="xs"
          className={classes.saveNote ?? ''}
          leftSection={<IconLock size={16} aria-hidden="true" />}
          loading={isSending}
          disabled={isEmpty}
          onClick={submit}
        >
          Save note
        </Button>
      </div>
    </div>
  );
}
