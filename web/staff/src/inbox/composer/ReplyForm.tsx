import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconMessage2, IconSend } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { messaging } from '../../data/session/session';
import { useObservable } from '../../observable';
import { useMe, useNameOf } from '../colleagues';
import type { Thread } from '../messages';
import { inHours, tomorrowMorning, useThreadChange } from '../threadActions';
import { patientFacts, threadName } from '../words';
import { CannedPicker } from './CannedPicker';
import classes from './Composer.module.css';
import { DraftConflict, DraftNotice } from './DraftNotice';
import { draftOf } from './drafts';
import { NewerNotice } from './NewerNotice';
import { AttachButton, FileChips } from './FileChips';
import { firstUnfilled } from './placeholders';
import { isTooLong, TextField } from './TextField';
import type { Files } from './useFiles';
import { useReply } from './useReply';

const typingEveryMs = 3_000;

interface ReplyFormProps {
  thread: Thread;
  lastSeen: number;
  files: Files;
}

/** What is written here goes to the patient. */
export function ReplyForm({ thread, lastSeen, files }: ReplyFormProps) {
  const keeper = draftOf(thread.id, 'draft');
  const draft = useObservable(keeper.observable);
  const field = useRef<HTMLTextAreaElement>(null);
  const [picking, setPicking] = useState(false);
  const [cannedId, setCannedId] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const sayTyping = useTypingSign(thread.id);
  const onSent = () => {
    setCannedId(null);
    setTried(false);
    field.current?.focus();
  };
  const reply = useReply({ thread, keeper, lastSeen, files, onSent });
  const unfilled = firstUnfilled(draft.text);
  const isEmpty = draft.text.trim() === '' && files.ids.length === 0;

  function send(sendAfter?: string): void {
    setTried(true);
    if (unfilled) return select(unfilled.start, unfilled.end);
    if (isEmpty || files.isUnfinished || isTooLong(draft.text) || reply.isPending || draft.status === 'conflict') return;
    reply.send({ content: draft.text, cannedId, attachmentIds: files.ids, ...(sendAfter ? { sendAfter } : {}) });
  }

  function select(start: number, end: number): void {
    field.current?.focus();
    field.current?.setSelectionRange(start, end);
  }

  function insert(text: string, id: string): void {
    const at = field.current?.selectionStart ?? draft.text.length;
    const before = draft.text.slice(0, at).replace(/\/$/, '');
    const next = before + text + draft.text.slice(at);
    // At once, as in the composer: what is typed next belongs into the field.
    flushSync(() => {
      keeper.type(next);
      setCannedId(id);
      setPicking(false);
    });
    const open = firstUnfilled(next);
    if (open) select(open.start, open.end);
    else select(before.length + text.length, before.length + text.length);
  }

  return (
    <div className={classes.form}>
      <Owner thread={thread} />
      <DraftConflict draft={draft} keeper={keeper} />
      {picking && (
        <CannedPicker thread={thread} onChoose={insert} onClose={() => {
          setPicking(false);
          field.current?.focus();
        }} />
      )}
      <TextField
        label={thread.kind === 'patient' ? 'Message to the patient' : 'Message'}
        text={draft.text}
        isBusy={reply.isPending}
        field={field}
        describedBy={`to-${thread.id}`}
        onType={(text) => {
          keeper.type(text);
          if (text.trim() !== '') sayTyping();
        }}
        onSubmit={() => send()}
        onKey={(event) => {
          if (event.key !== '/' || draft.text !== '') return false;
          setPicking(true);
          return true;
        }}
      />
      {reply.newer && <NewerNotice newer={reply.newer} onSend={() => reply.sendAnyway()} onWait={reply.edited} />}
      {reply.failure && (
        <p className={classes.failure} role="alert">
          <strong>Not sent.</strong> {reply.failure}
        </p>
      )}
      {reply.mayHaveArrived && (
        <p className={classes.failure} role="alert">
          <strong>The first text may have arrived.</strong> The server did not answer. Look at the thread before you send this one: it is a
          second message.
        </p>
      )}
      {unfilled && (tried || cannedId) && (
        <p className={classes.failure} role="alert">
          Fill in <mark>{unfilled.text}</mark> before you send this.{' '}
          <button type="button" className={classes.inline} onClick={() => select(unfilled.start, unfilled.end)}>
            Go to it
          </button>
        </p>
      )}
      <FileChips files={files} />
      <div className={classes.foot}>
        <p className={classes.to} id={`to-${thread.id}`}>
          To <strong>{threadName(thread)}</strong> <span className={classes.who}>{patientFacts(thread)}</span>
        </p>
        <DraftNotice draft={draft} />
        <div className={classes.tools}>
          <AttachButton files={files} />
          <Button variant="subtle" size="compact-sm" leftSection={<IconMessage2 size={16} aria-hidden="true" />} aria-expanded={picking}
            onClick={() => setPicking(!picking)}>
            Canned responses
          </Button>
          <Button.Group>
            <Button
              size="xs"
              leftSection={<IconSend size={16} aria-hidden="true" />}
              loading={reply.isPending}
              disabled={isEmpty || files.isUnfinished}
              onClick={() => send()}
            >
              {thread.kind === 'patient' ? 'Send to patient' : 'Send'}
            </Button>
            <SendLater isDisabled={isEmpty || files.isUnfinished || reply.isPending} onChoose={send} />
          </Button.Group>
        </div>
      </div>
    </div>
  );
}

function SendLater({ isDisabled, onChoose }: { isDisabled: boolean; onChoose: (sendAfter: string) => void }) {
  return (
    <Menu position="top-end" withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button size="xs" px={8} aria-label="Send later" disabled={isDisabled}>
          <IconChevronDown size={16} aria-hidden="true" />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onChoose(inHours(1))}>Send in 1 hour</Menu.Item>
        <Menu.Item onClick={() => onChoose(tomorrowMorning())}>Send tomorrow, 8:00</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** A soft lock: a colleague's thread can be answered, and it is said whose it is. */
function Owner({ thread }: { thread: Thread }) {
  const me = useMe();
  const nameOf = useNameOf();
  const change = useThreadChange();
  const owner = thread.assignedTo;
  if (!owner || owner.userId === me) return null;
  return (
    <p className={classes.owner}>
      {owner.name ?? nameOf(owner.userId)} looks after this thread.
      <Button size="compact-sm" variant="default" loading={change.isPending}
        onClick={() => change.mutate({ thread, changes: { assignedTo: me }, text: 'Assigned to you' })}>
        Take over
      </Button>
    </p>
  );
}

/** Says now and then that somebody writes; the other side's sign ends by itself. */
function useTypingSign(threadId: string): () => void {
  const last = useRef(0);
  return () => {
    if (Date.now() - last.current < typingEveryMs) return;
    last.current = Date.now();
    void messaging.typing({ threadId });
  };
}
