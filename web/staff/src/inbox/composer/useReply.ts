import type { Message } from '@vagus/client';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { session } from '../../data/session/session';
import { useObservable } from '../../observable';
import { announce } from '../../ui/announcements';
import { tellOutcome } from '../../ui/outcomes';
import { NewerMessages } from '../ask';
import type { Entry, HeldMessage, Thread } from '../messages';
import { withEntries, type OpenThread } from '../thread/entries';
import { heldQuery, threadKey, updateThread } from '../thread/openThread';
import { sendReply, type Reply } from '../threadRequests';
import { sendFailureText, threadName } from '../words';
import type { DraftKeeper, Wanted } from './draftKeeper';

/**
 * Sends what was written. The text stays in the draft until the server has taken it. Attempts belong to the draft, not to the form: leaving
 * the form leads neither to a lost message nor to a second one.
 */
export function useReply(thread: Thread, keeper: DraftKeeper, lastSeen: number, onSent: (wanted: Wanted) => void) {
  const queries = useQueryClient();
  const { isSending, wanted: last, error, unsure } = useObservable(keeper.sending);

  async function send(wanted: Wanted, seen: number): Promise<void> {
    try {
      const sent = await keeper.send(wanted, (id) => sendReply(thread.id, requestOf(wanted, seen, id)));
      if (sent === null || hasLeft()) return;
      placeSent(sent);
      onSent(wanted);
    } catch (failure) {
      await tell(failure as Error);
    }
  }

  async function tell(failure: Error): Promise<void> {
    // The draft holds it for the return of the same person.
    if (hasLeft()) return;
    // It stands in the thread from now on, whatever the author decides.
    if (failure instanceof NewerMessages) updateThread(queries, thread.id, (known) => withEntries(known, failure.messages));
    // Its place may be left: the failure is told on top of the page then.
    if (document.querySelector(`[id="to-${thread.id}"]`) === null) {
      tellOutcome(`Not sent: ${threadName(thread)}.`, sendFailureText(failure));
    }
    const attempt = keeper.sending.value.unsure;
    if (attempt) await lookFor(queries, thread.id, attempt.id, keeper);
  }

  function placeSent(sent: Message | HeldMessage): void {
    if (sent.status === 'scheduled' || sent.status === 'stopped') {
      queries.setQueryData<readonly HeldMessage[]>(heldQuery(thread.id).queryKey, (all = []) => [
        ...all.filter(({ id }) => id !== sent.id),
        sent as HeldMessage,
      ]);
      announce('Your message waits; it can be taken back');
      return;
    }
    updateThread(queries, thread.id, (known) => withEntries(known, [sent as Message]));
    announce('Message sent');
  }

  const newer = error instanceof NewerMessages ? error : null;
  return {
    isPending: isSending,
    newer,
    failure: error && !newer ? sendFailureText(error) : null,
    /** An attempt had no answer, and the text is another one now. */
    mayHaveArrived: unsure !== null && unsure.content !== keeper.text && !isSending,
    send: (wanted: Wanted) => void send(wanted, lastSeen),
    /** After the author has read what is new. */
    sendAnyway: () => {
      if (last && newer) void send({ ...last, content: keeper.text }, newer.lastSequence);
    },
    edited: () => keeper.edited(),
  };
}

/** What is told or loaded now would wait for the next person. */
export function hasLeft(): boolean {
  return session.state.status !== 'signed_in';
}

function requestOf({ content, attachmentIds, cannedId, sendAfter }: Wanted, seen: number, id: string): Reply {
  return {
    content,
    lastSeenSequence: seen,
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
