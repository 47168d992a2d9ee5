import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { whileSignedIn } from '@vagus/client';
import { useOutbox } from '@vagus/react';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import type { DraftFields } from '../data/draft';
import { useActing } from '../data/people';
import { usePortal } from '../data/portal';
import { ActionButton } from '../ui/ActionButton';
import { useAnnounce } from '../ui/Announcer';
import { Choice, Field } from '../ui/Field';
import { Failure } from '../ui/Notice';
import { useFocusOnMistake } from '../ui/useFocusOnMistake';
import { useWords } from '../words/useWords';
import { Attachments } from './Attachments';
import { DraftNote } from './DraftNote';
import { mistakeIn, mostOfSubject } from './limits';
import { isOtherPersons, OtherPersonsDraft } from './OtherPersonsDraft';
import { newThreadOf, sendDraft } from './outgoing';
import { blockOf } from './sendBlock';
import { TextField } from './TextField';
import { categories, categoryKeys, isCategory, type BegunThread, type Category } from './threads';
import { useDraft } from './useDraft';

interface NewThreadFormProps {
  /** Where the person comes from: chooses the category where none is chosen. */
  readonly about: 'appointment' | 'result' | undefined;
}

export function NewThreadForm({ about }: NewThreadFormProps) {
  const { t } = useWords();
  const portal = usePortal();
  const acting = useActing();
  const announce = useAnnounce();
  const { outbox } = useOutbox();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const draft = portal.drafts.ofNewThread();
  const state = useDraft(draft);
  const [tries, setTries] = useState(0);
  const wasTried = tries > 0;
  const form = useFocusOnMistake(tries);
  const first = useRef<HTMLFieldSetElement>(null);
  const { fields } = state;
  const block = blockOf(state);
  const category = isCategory(fields.category) ? fields.category : categoryOf(about);
  const mistakes = mistakesOf(fields, category);

  // The gate's button is gone: focus goes to what has taken its place.
  useEffect(() => first.current?.querySelector('input')?.focus(), []);

  const send = useMutation({
    mutationFn: (to: { patientId: string; patientName: string | null; category: Category }) => {
      const write = () => newThreadOf(to, draft.state.value, draft.clientMessageId());
      return whileSignedIn(portal.session, sendDraft(outbox, draft, write));
    },
    onSuccess: (submitted) => {
      if (submitted.status === 'waiting') {
        announce(t('waiting.said'));
        return navigate({ to: '/messages', replace: true });
      }
      const { thread, scheduled } = submitted.answer as BegunThread;
      announce(t(scheduled ? 'held.said' : 'receipt.sent'));
      void queries.invalidateQueries({ queryKey: [scheduled ? 'scheduled' : 'threads'] });
      if (scheduled) return navigate({ to: '/messages', replace: true });
      return navigate({ to: '/messages/$threadId', params: { threadId: thread.id }, replace: true });
    },
  });

  const change = (some: Partial<DraftFields>) =>
    draft.change({ ...some, ...(acting.patientId === null ? {} : { patientId: acting.patientId }) });

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTries(tries + 1);
    const isComplete = !mistakes.category && !mistakes.subject && mistakes.text === null;
    if (block !== null || state.isSending) return;
    const { patientId, isForOther, name } = acting;
    if (isComplete && category && patientId !== null) send.mutate({ patientId, patientName: isForOther ? name : null, category });
  }

  if (isOtherPersons(state, acting.patientId)) return <OtherPersonsDraft draft={draft} state={state} />;
  return (
    <form ref={form} onSubmit={submit} className="stack" noValidate>
      <fieldset ref={first} className="list">
        <legend className="legend">
          {t('new.about')}
          {wasTried && mistakes.category && <span className="mistake small"> {t('new.chooseCategory')}</span>}
        </legend>
        {categories.map((each) => (
          <Choice
            key={each}
            type="radio"
            name="category"
            isMistaken={wasTried && mistakes.category}
            checked={category === each}
            onChange={() => change({ category: each })}
          >
            {t(categoryKeys[each])}
          </Choice>
        ))}
      </fieldset>
      <Field label={t('new.subject')} mistake={wasTried && mistakes.subject ? t('new.subjectMissing') : undefined}>
        {(props) => (
          <input
            {...props}
            className="input"
            maxLength={mostOfSubject}
            value={fields.subject ?? ''}
            readOnly={state.isSending}
            onChange={(event) => change({ subject: event.currentTarget.value })}
          />
        )}
      </Field>
      <TextField
        label={t('new.text')}
        value={fields.content}
        mistake={wasTried && mistakes.text === 'blank' ? t('text.blank') : undefined}
        isReadOnly={state.isSending}
        onChange={(content) => change({ content })}
      />
      <DraftNote draft={draft} state={state} />
      <Attachments draft={draft} state={state} patientId={acting.patientId} />
      {send.isError && <Failure error={send.error} title={t('send.not')} />}
      <p className="small">{acting.isForOther ? t('send.for', { name: acting.name ?? '' }) : t('send.toTeam')}</p>
      <p role="status" className="small">
        {block ? t(block) : ''}
      </p>
      <ActionButton type="submit" kind="main" isBusy={state.isSending || block !== null}>
        {t(state.isSending ? 'send.sending' : 'send.go')}
      </ActionButton>
      <p className="muted small">{t('gate.always')}</p>
    </form>
  );
}

function categoryOf(about: NewThreadFormProps['about']): Category | undefined {
  if (about === 'appointment') return 'appointment';
  return about === 'result' ? 'medical_question' : undefined;
}

function mistakesOf(fields: DraftFields, category: Category | undefined) {
  return { category: category === undefined, subject: (fields.subject ?? '').trim() === '', text: mistakeIn(fields.content) };
}
