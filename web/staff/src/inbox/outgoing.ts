import { NotKept, Problem, type Message, type MessageAttachment, type OutboxEntry, type OutboxWrite } from '@vagus/client';
import type { QueryClient } from '@tanstack/react-query';
import { NoAnswer } from '../data/fhir/requests';
import { outbox } from '../data/session/session';
import { announce } from '../ui/announcements';
import { NewerMessages } from './ask';
import type { Begins, HeldMessage, Note, Thread } from './messages';
import { withEntries } from './thread/entries';
import { heldQuery, updateThread } from './thread/openThread';
import { threadAt, threadsAt, type Reply } from './threadRequests';
import { threadName } from './words';

interface Written {
  /** Whom the thread is about. */
  readonly name: string;
  readonly content: string;
  readonly attachments: readonly MessageAttachment[];
}

/** What the screen shows of a message or note that waits on this device. */
export interface OutgoingEntry extends Written {
  readonly kind: 'reply' | 'note';
  readonly threadId: string;
}

/** A message that begins a thread. */
export interface OutgoingBeginning extends Written {
  readonly kind: 'beginning';
  readonly begins: Begins;
}

export type Outgoing = OutgoingEntry | OutgoingBeginning;

type Placed = Message | HeldMessage | Note;

/** What is sent to the patient. It has no place for a note. */
export function replyWrite(thread: Thread, reply: Reply, attachments: readonly MessageAttachment[]): OutboxWrite {
  const content = reply.content.trim();
  return writeOf(thread, { kind: 'reply', content, attachments }, reply.clientMessageId, { ...reply, content });
}

/** The one request that makes a note. */
export function noteWrite(thread: Thread, text: string, mentions: readonly string[], id: string): OutboxWrite {
  const content = text.trim();
  const body = { content, clientMessageId: id, isInternalNote: true, ...(mentions.length > 0 ? { mentions } : {}) };
  return writeOf(thread, { kind: 'note', content, attachments: [] }, id, body);
}

/** The one request that begins a thread, with a patient or among staff. */
export function beginningWrite(begins: Begins, name: string, text: string, id: string): OutboxWrite {
  const content = text.trim();
  const about: Outgoing = { kind: 'beginning', name, content, attachments: [], begins };
  const { participants, patientId, subject, category, priority } = begins;
  const to = participants ? { kind: 'staff', participants, ...(patientId ? { patientId } : {}) } : { patientId, category };
  const body = { ...to, subject, priority, content, clientMessageId: id };
  // Each begins a thread of its own: none waits behind another.
  return { id, lane: `new thread ${id}`, about, request: { method: 'POST', address: threadsAt, body } };
}

function writeOf(
  thread: Thread, what: Pick<OutgoingEntry, 'kind' | 'content' | 'attachments'>, id: string, body: object,
): OutboxWrite {
  const about: Outgoing = { threadId: thread.id, name: threadName(thread), ...what };
  return { id, lane: `thread ${thread.id}`, about, request: { method: 'POST', address: `${threadAt(thread.id)}/messages`, body } };
}

/** Sent at once, or kept on this device until it can be: then the answer is null. */
export async function sendOrKeep<Answer>(write: OutboxWrite): Promise<{ readonly answer: Answer | null }> {
  try {
    const submitted = await outbox.submit(write);
    return { answer: submitted.status === 'sent' ? (submitted.answer as Answer) : null };
  } catch (cause) {
    if (cause instanceof NotKept) throw new NoAnswer(globalThis.navigator?.onLine === false, cause.mayHaveArrived);
    throw newerOf(cause) ?? cause;
  }
}

function newerOf(cause: unknown): NewerMessages | null {
  if (!(cause instanceof Problem) || cause.code !== 'newer_messages') return null;
  const { messages, lastSequence } = cause.fields as Partial<NewerMessages>;
  return new NewerMessages(messages ?? [], lastSequence ?? 0);
}

export function outgoingOf({ about }: OutboxEntry): Outgoing {
  return about as Outgoing;
}

/** Whether this text of a thread waits on this device: then it is no draft any more, whatever the server still has. */
export function isWaiting(threadId: string, kind: OutgoingEntry['kind'], text: string): boolean {
  return waits((one) => one.kind === kind && one.threadId === threadId && isSameText(one.content, text));
}

/** The same of the text that begins a thread. */
export function isBeginning(text: string): boolean {
  return waits((one) => one.kind === 'beginning' && isSameText(one.content, text));
}

/** A message is sent without the space around the text of its draft; what an older version of the app has kept has it. */
function isSameText(one: string, other: string): boolean {
  return one.trim() === other.trim();
}

function waits(isIt: (one: Outgoing) => boolean): boolean {
  return outbox.state.entries.some((entry) => isIt(outgoingOf(entry)));
}

/** The same message after what it crossed was read, whatever else was written. */
export function allTheSame({ id, request }: OutboxEntry): Promise<boolean> {
  const { lastSeenSequence: _, ...body } = request.body as Record<string, unknown>;
  return outbox.resend(id, { ...request, body });
}

/** Shows what the server has taken where it belongs. */
export function placeSent(queries: QueryClient, threadId: string, sent: Placed): void {
  if ('status' in sent && (sent.status === 'scheduled' || sent.status === 'stopped')) {
    queries.setQueryData<readonly HeldMessage[]>(heldQuery(threadId).queryKey, (all = []) => [
      ...all.filter(({ id }) => id !== sent.id),
      sent as HeldMessage,
    ]);
    announce('Your message waits; it can be taken back');
    return;
  }
  updateThread(queries, threadId, (known) => withEntries(known, [sent as Message | Note]));
  announce('kind' in sent && sent.kind === 'note' ? 'Note saved' : 'Message sent');
}
