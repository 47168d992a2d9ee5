import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconLock } from '@tabler/icons-react';
import { useRef } from 'react';
import { forAsker } from '../../data/session/session';
import { useObservable } from '../../observable';
import { announce } from '../../ui/announcements';
import { tellOutcome } from '../../ui/outcomes';
import { useKept } from '../../ui/useKept';
import { ColleaguesField } from '../ColleaguesField';
import type { Note, Thread } from '../messages';
import { noteWrite, placeSent, sendOrKeep } from '../outgoing';
import { threadKey } from '../thread/openThread';
import { sendFailureText, threadName } from '../words';
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
  const { isSending, error } = useObservable(keeper.sending);
  // They stay with the note while another thread is on screen.
  const { fields: { mentions }, set, clear } = useKept(`mentions ${thread.id}`, () => ({ mentions: [] as readonly string[] }));
  const save = async () => {
    try {
      const content = draft.text;
      const wanted = { content, cannedId: null, attachmentIds: [] };
      const kept = await forAsker(keeper.send(wanted, (id) => sendOrKeep<Note>(noteWrite(thread, content, mentions, id))));
      if (kept === null) return;
      clear();
      if (kept.answer) placeSent(queries, thread.id, kept.answer);
      else announce('Your note waits on this device');
      field.current?.focus();
    } catch (failure) {
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
      <ColleaguesField label="Mention colleagues" chosen={mentions} error={undefined} onChoose={(userIds) => set({ mentions: userIds })} />
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
