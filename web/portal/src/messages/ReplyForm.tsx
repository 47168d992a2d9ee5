import { useMutation, useQueryClient } from '@tanstack/react-query';
import { whileSignedIn } from '@vagus/client';
import { useOutbox, type Messages } from '@vagus/react';
import { useRef, useState, type FormEvent } from 'react';
import { usePortal, useSession } from '../data/portal';
import { ActionButton } from '../ui/ActionButton';
import { useAnnounce } from '../ui/Announcer';
import { Failure } from '../ui/Notice';
import { useFocusOnMistake } from '../ui/useFocusOnMistake';
import { useWords } from '../words/useWords';
import { Attachments } from './Attachments';
import { DraftNote } from './DraftNote';
import { mistakeIn } from './limits';
import { blockOf } from './sendBlock';
import { TextField } from './TextField';
import { replyOf, sendDraft } from './outgoing';
import { isForOther, type SentMessage, type Thread } from './threads';
import { useDraft } from './useDraft';

const sayTypingEveryMs = 3_000;

interface ReplyFormProps {
  readonly thread: Thread;
  readonly messages: Messages;
}

export function ReplyForm({ thread, messages }: ReplyFormProps) {
  const { id: threadId, patient } = thread;
  const { t } = useWords();
  const portal = usePortal();
  const session = useSession();
  const announce = useAnnounce();
  const { outbox } = useOutbox();
  const queries = useQueryClient();
  const draft = portal.drafts.ofThread(threadId);
  const state = useDraft(draft);
  const typing = useTyping(messages.typing);
  const [tries, setTries] = useState(0);
  const form = useFocusOnMistake(tries);
  const mistake = mistakeIn(state.fields.content);
  const block = blockOf(state);
  const forOther = isForOther(thread, session);

  const send = useMutation({
    mutationFn: () => {
      const to = { threadId, patientName: forOther ? patient.name : null, lastSeenSequence: messages.messages.at(-1)?.sequence };
      const write = () => replyOf(to, draft.state.value, draft.clientMessageId());
      return whileSignedIn(portal.session, sendDraft(outbox, draft, write));
    },
    onSuccess: (submitted) => {
      setTries(0);
      if (submitted.status === 'waiting') return announce(t('waiting.said'));
      announce(t((submitted.answer as SentMessage).status === 'scheduled' ? 'held.said' : 'receipt.sent'));
      void queries.invalidateQueries({ queryKey: ['scheduled', threadId] });
      void queries.invalidateQueries({ queryKey: ['threads'] });
    },
    // What came meanwhile, or what was sent after all, is shown before the person sends again.
    onSettled: () => messages.reload(),
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTries(tries + 1);
    if (mistake === null && block === null && !state.isSending) send.mutate();
  }

  return (
    <form ref={form} onSubmit={submit} className="card stack">
      <TextField
        label={t('reply.title')}
        value={state.fields.content}
        mistake={tries > 0 && mistake === 'blank' ? t('text.blank') : undefined}
        isReadOnly={state.isSending}
        onChange={(content) => {
          draft.change({ content });
          typing();
        }}
      />
      <DraftNote draft={draft} state={state} />
      <Attachments draft={draft} state={state} />
      {send.isError && <Failure error={send.error} title={t('send.not')} />}
      {forOther && <p className="small">{t('send.for', { name: patient.name ?? '' })}</p>}
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

/** Says that the person types, at most every three seconds. */
function useTyping(say: () => void): () => void {
  const saidAt = useRef(0);
  return () => {
    if (Date.now() - saidAt.current < sayTypingEveryMs) return;
    saidAt.current = Date.now();
    say();
  };
}
