import { Button, Group, Select, Switch, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { PatientPicker } from '../../appointments/PatientPicker';
import { usePatientsById } from '../../data/fhir/patientsById';
import { personName } from '../../data/fhir/words';
import { forAsker } from '../../data/session/session';
import { useObservable } from '../../observable';
import { announce } from '../../ui/announcements';
import { ColleaguesField } from '../ColleaguesField';
import { DraftConflict, DraftNotice } from '../composer/DraftNotice';
import { useDraft } from '../composer/drafts';
import { isTooLong, TextField } from '../composer/TextField';
import { categories, priorities, type Category, type Priority } from '../messages';
import { beginningWrite, sendOrKeep } from '../outgoing';
import pane from '../thread/ThreadPane.module.css';
import { categoryWords, priorityWords, sendFailureText } from '../words';
import { begin, newThread, showBegun, type About, type Begun } from './newThread';
import classes from './NewThread.module.css';

interface NewThreadPaneProps {
  /** Whom it is about, where that is known. */
  patientId: string | undefined;
  onBegun: (threadId: string) => void;
  onBack: () => void;
}

const mostOfSubject = 200;

/** Begins a thread with a patient or among staff. What is written is kept like every draft, and sent once. */
export function NewThreadPane({ patientId: given, onBegun, onBack }: NewThreadPaneProps) {
  const queries = useQueryClient();
  const [beginning] = useState(newThread);
  const draft = useDraft(beginning.keeper);
  const about = useObservable(beginning.about);
  const { isSending, error } = useObservable(beginning.keeper.sending);
  const [tried, setTried] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const { patientId } = about;
  const person = usePatientsById([patientId]).get(patientId ?? '');
  const isAmongStaff = about.colleagues !== null;
  const missing = missingIn(about, draft.text);
  const choose = (chosen: Partial<About>) => beginning.choose(chosen);

  useEffect(() => {
    if (given !== undefined) void beginning.startFor(given);
  }, [beginning, given]);

  async function send(): Promise<void> {
    setTried(true);
    if (Object.values(missing).some(Boolean)) return;
    const { colleagues, category, priority } = about;
    const begins = { patientId, subject: about.subject.trim(), category: colleagues ? null : category, priority, participants: colleagues };
    const to = colleagues ? 'colleagues' : personName(person, 'a patient');
    try {
      const begun = await forAsker(begin(beginning, draft.text, (id) => sendOrKeep<Begun>(beginningWrite(begins, to, draft.text, id))));
      if (begun === null) return;
      if (begun.answer) showBegun(queries, begun.answer);
      else announce('Your message waits on this device');
      // A thread whose message waits is not there before it is sent.
      if (!begun.answer || begun.answer.scheduled) onBack();
      else onBegun(begun.answer.thread.id);
    } catch {
      // The failure stands in the draft's keeper, and under the text.
    }
  }

  return (
    <section className={pane.pane} aria-label="New thread">
      <form
        className={classes.form}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void send();
        }}
      >
        <h2>{isAmongStaff ? 'New message to colleagues' : 'New message to a patient'}</h2>
        <Switch
          label="To colleagues only: the patient does not see it"
          checked={isAmongStaff}
          onChange={(event) => choose({ colleagues: event.currentTarget.checked ? [] : null })}
        />
        {about.colleagues && (
          <ColleaguesField
            label="Colleagues"
            chosen={about.colleagues}
            error={tried ? missing.colleagues : undefined}
            onChoose={(colleagues) => choose({ colleagues })}
          />
        )}
        <PatientPicker
          {...(isAmongStaff ? { label: 'About a patient' } : {})}
          chosen={person?.id ? { id: person.id, name: personName(person) } : null}
          error={tried ? missing.patient : undefined}
          onChoose={(patient) => choose({ patientId: patient?.id ?? null })}
        />
        <TextInput
          label="Subject"
          autoComplete="off"
          maxLength={mostOfSubject}
          value={about.subject}
          error={tried ? missing.subject : undefined}
          onChange={(event) => choose({ subject: event.currentTarget.value })}
        />
        <Group grow align="flex-start">
          {!isAmongStaff && <Select
            label="About"
            data={categories.map((value) => ({ value, label: categoryWords[value] }))}
            value={about.category}
            allowDeselect={false}
            onChange={(value) => value && choose({ category: value as Category })}
          />}
          <Select
            label="Priority"
            data={priorities.map((value) => ({ value, label: priorityWords[value] }))}
            value={about.priority}
            allowDeselect={false}
            onChange={(value) => value && choose({ priority: value as Priority })}
          />
        </Group>
        <DraftConflict draft={draft} keeper={beginning.keeper} />
        <TextField
          label={isAmongStaff ? 'Message to colleagues' : 'Message to the patient'}
          text={draft.text}
          isBusy={isSending}
          field={field}
          onType={(text) => beginning.keeper.type(text)}
          onSubmit={() => void send()}
        />
        {tried && missing.text && (
          <p role="alert" className={classes.missing}>
            {missing.text}
          </p>
        )}
        {error && (
          <p role="alert" className={classes.missing}>
            {sendFailureText(error)}
          </p>
        )}
        <Group>
          <Button type="submit" loading={isSending}>
            {isAmongStaff ? 'Send to colleagues' : person ? `Send to ${personName(person)}` : 'Send to the patient'}
          </Button>
          <Button variant="default" onClick={onBack}>
            Keep as a draft
          </Button>
          <DraftNotice draft={draft} />
        </Group>
      </form>
    </section>
  );
}

function missingIn({ patientId, colleagues, subject }: About, text: string) {
  return {
    colleagues: colleagues?.length === 0 ? 'Choose a colleague. Nothing was sent.' : undefined,
    patient: patientId === null && colleagues === null ? 'Choose a patient. Nothing was sent.' : undefined,
    subject: subject.trim() === '' ? 'Write what it is about. Nothing was sent.' : undefined,
    text:
      text.trim() === ''
        ? 'Write the message. Nothing was sent.'
        : isTooLong(text)
          ? 'The message is too long. Nothing was sent.'
          : undefined,
  };
}
