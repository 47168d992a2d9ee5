import { Button } from '@mantine/core';
import { newId } from '@vagus/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconLock } from '@tabler/icons-react';
import { useRef } from 'react';
import { useObservable } from '../../observable';
import { announce } from '../../ui/announcements';
import type { Thread } from '../messages';
import { withEntries } from '../thread/entries';
import { updateThread } from '../thread/openThread';
import { addNote } from '../threadRequests';
import { sendFailureText } from '../words';
import classes from './Composer.module.css';
import { DraftConflict, DraftNotice } from './DraftNotice';
import { draftOf } from './drafts';
import { isTooLong, TextField } from './TextField';

/** What is written here is for staff. This form knows no request that sends to a patient. */
export function NoteForm({ thread }: { thread: Thread }) {
  const queries = useQueryClient();
  const keeper = draftOf(thread.id, 'note-draft');
  const draft = useObservable(keeper.observable);
  const field = useRef<HTMLTextAreaElement>(null);
  const attempt = useRef<{ content: string; id: string } | null>(null);
  const save = useMutation({
    mutationFn: async (content: string) => {
      await keeper.settle();
      if (attempt.current?.content !== content) attempt.current = { content, id: newId() };
      return addNote(thread.id, content, attempt.current.id);
    },
    onSuccess: (note) => {
      attempt.current = null;
      keeper.sent();
      updateThread(queries, thread.id, (known) => withEntries(known, [note]));
      announce('Note saved');
      field.current?.focus();
    },
  });
  const isEmpty = draft.text.trim() === '';
  const submit = () => {
    if (!isEmpty && !isTooLong(draft.text) && !save.isPending && draft.status !== 'conflict') save.mutate(draft.text);
  };
  return (
    <div className={classes.form}>
      <DraftConflict draft={draft} keeper={keeper} />
      <TextField
        label="Note for staff"
        text={draft.text}
        isBusy={save.isPending}
        field={field}
        describedBy={`note-${thread.id}`}
        onType={(text) => keeper.type(text)}
        onSubmit={submit}
      />
      {save.error && (
        <p className={classes.failure} role="alert">
          <strong>Note not saved.</strong> {sendFailureText(save.error)}
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
          loading={save.isPending}
          disabled={isEmpty}
          onClick={submit}
        >
          Save note
        </Button>
      </div>
    </div>
  );
}
