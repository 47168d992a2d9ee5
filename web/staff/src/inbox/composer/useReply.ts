import type { Message } from '@vagus/client';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { forAsker } from '../../data/session/session';
import { useObservable } from '../../observable';
import { announce } from '../../ui/announcements';
import { tellOutcome } from '../../ui/outcomes';
import { NewerMessages } from '../ask';
import type { Entry, HeldMessage, Thread } from '../messages';
import { placeSent, replyWrite, sendOrKeep } from '../outgoing';
import { withEntries, type OpenThread } from '../thread/entries';
import { heldQuery, threadKey, updateThread } from '../thread/openThread';
import type { Reply } from '../threadRequests';
import { sendFailureText, threadName } from '../words';
import type { DraftKeeper, Wanted } from './draftKeeper';
import type { Files } from './useFiles';

interface ReplyPlace {
  readonly thread: Thread;
  readonly keeper: DraftKeeper;
  /** Of what the author has seen, the last one. */
  readonly lastSeen: number;
  readonly files: Files;
  readonly onSent: () => void;
}

/**
 * Sends what was written. The text stays in the draft until the server has taken it, or until it waits on this device. Attempts belong to
 * the draft, not to the form: leaving the form leads neither to a lost message nor to a second one.
 */
export function useReply({ thread, keeper, lastSeen, files, onSent }: ReplyPlace) {
  const queries = useQueryClient();
  const { isSending, wanted: last, error, unsure } = useObservable(keeper.sending);

  async function send(wanted: Wanted, seen: number | null): Promise<void> {
    try {
      // The draft hears it in any case, and holds what was not sent for the return of the same person.
      const sent = await forAsker(keeper.send(wanted, (id) => deliver(wanted, seen, id)));
      if (sent === null) return;
      if (sent.answer) placeSent(queries, thread.id, sent.answer);
      else announce('Your message waits on this device');
      onSent();
    } catch (failure) {
      await tell(failure as Error);
    }
  }

  async function deliver(wanted: Wanted, seen: number | null, id: string): Promise<{ readonly answer: Message | HeldMessage | null }> {
    const attachments = files.attachments.filter((one) => wanted.attachmentIds.includes(one.id));
    const taken = await sendOrKeep<Message | HeldMessage>(replyWrite(thread, requestOf(wanted, seen, id), attachments));
    files.keeper.sent(wanted.attachmentIds);
    return taken;
  }

  async function tell(failure: Error): Promise<void> {
    // It stands in the thread from now on, whatever the author decides.
    if (failure instanceof NewerMessages) updateThread(queries, thread.id, (known) => withEntries(known, failure.messages));
    // Its place may be left: the failure is told on top of the page then.
    if (document.querySelector(`[id="to-${thread.id}"]`) === null) {
      tellOutcome(`Not sent: ${threadName(thread)}.`, sendFailureText(failure));
    }
    const attempt = keeper.sending.value.unsure;
    if (attempt) await lookFor(queries, thread.id, attempt.id, keeper);
  }

  const newer = error instanceof NewerMessages ? error : null;
  return {
    isPending: isSending,
    newer,
    failure: error && !newer ? sendFailureText(error) : null,
    /** An attempt had no answer, and the text is another one now. */
    mayHaveArrived: unsure !== null && unsure.content.trim() !== keeper.text.trim() && !isSending,
    send: (wanted: Wanted) => void send(wanted, lastSeen),
    /** After the author has read what is new; an answer that a colleague may take back yet has no sequence. */
    sendAnyway: () => {
      if (last && newer) void send({ ...last, content: keeper.text }, newer.messages.length > 0 ? newer.lastSequence : null);
    },
    edited: () => keeper.edited(),
  };
}

function requestOf({ content, attachmentIds, cannedId, sendAfter }: Wanted, seen: number | null, id: string): Reply {
  return {
    content,
    ...(seen === null ? {} : { lastSeenSequence: seen }),
    clientMessageId: id,
    ...(attachmentIds.length > 0 ? { attachmentIds } : {}),
    ...(cannedId ? { cannedResponseId: cannedId } : {}),
    ...(sendAfter ? { sendAfter } : {}),
  };
}

/** After an attempt without an answer: what arrived, or waits, is on screen before a second text is written. */
async function lookFor(queries: QueryClient, threadId: string, attemptId: string, keeper: DraftKeeper): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: threadKey(threadId) }),
    queries.invalidateQueries({ queryKey: heldQuery(threadId).queryKey }),
  ]);
  const entries = queries.getQueryData<OpenThread>(threadKey(threadId))?.entries ?? [];
  const held = queries.getQueryData<readonly HeldMessage[]>(heldQuery(threadId).queryKey) ?? [];
  const isIt = (entry: Entry | HeldMessage) => 'clientMessageId' in entry && entry.clientMessageId === attemptId;
  const hasArrived = [...entries, ...held].some(isIt);
  if (hasArrived) keeper.arrived(attemptId);
}
