import { newId, type Message } from '@vagus/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { announce } from '../../ui/announcements';
import { tellOutcome } from '../../ui/outcomes';
import { NewerMessages } from '../ask';
import type { HeldMessage, Thread } from '../messages';
import { withEntries } from '../thread/entries';
import { heldQuery, updateThread } from '../thread/openThread';
import { sendReply, type Reply } from '../threadRequests';
import { sendFailureText, threadName } from '../words';
import type { DraftKeeper } from './draftKeeper';

interface Wanted {
  readonly content: string;
  readonly cannedId: string | null;
  readonly attachmentIds: readonly string[];
  readonly sendAfter?: string;
}

/**
 * Sends what was written. The text stays in the draft until the server has taken it, and an attempt keeps its id until the text changes: a
 * lost answer leads neither to a lost message nor to a second one.
 */
export function useReply(thread: Thread, keeper: DraftKeeper, lastSeen: number, onSent: () => void) {
  const queries = useQueryClient();
  const attempt = useRef<{ whole: string; id: string } | null>(null);
  const mutation = useMutation({
    mutationFn: async ({ wanted, seen }: { wanted: Wanted; seen: number }) => {
      // A save that is under way would bring the draft back behind the message.
      await keeper.settle();
      return sendReply(thread.id, requestOf(wanted, seen));
    },
    onSuccess: (sent) => {
      attempt.current = null;
      keeper.sent();
      placeSent(sent);
      onSent();
    },
    onError: (error) => {
      // It stands in the thread from now on, whatever the author decides.
      if (error instanceof NewerMessages) updateThread(queries, thread.id, (known) => withEntries(known, error.messages));
      // Its place may be left: the failure is told on top of the page then.
      if (document.querySelector(`[id="to-${thread.id}"]`) === null) {
        tellOutcome(`Not sent: ${threadName(thread)}.`, sendFailureText(error));
      }
    },
  });

  function requestOf({ content, cannedId, attachmentIds, sendAfter }: Wanted, seen: number): Reply {
    const whole = JSON.stringify([content, attachmentIds]);
    if (attempt.current?.whole !== whole) attempt.current = { whole, id: newId() };
    return {
      content,
      lastSeenSequence: seen,
      clientMessageId: attempt.current.id,
      ...(attachmentIds.length > 0 ? { attachmentIds } : {}),
      ...(cannedId ? { cannedResponseId: cannedId } : {}),
      ...(sendAfter ? { sendAfter } : {}),
    };
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

  const newer = mutation.error instanceof NewerMessages ? mutation.error : null;
  return {
    isPending: mutation.isPending,
    newer,
    failure: mutation.error && !newer ? sendFailureText(mutation.error) : null,
    send: (wanted: Wanted) => mutation.mutate({ wanted, seen: lastSeen }),
    /** After the author has read what is new. */
    sendAnyway: () => {
      const { wanted } = mutation.variables ?? {};
      if (wanted && newer) mutation.mutate({ wanted: { ...wanted, content: keeper.text }, seen: newer.lastSequence });
    },
    edited: () => mutation.isError && mutation.reset(),
  };
}
