import {
  NotKept,
  type MessageAttachment,
  type Outbox,
  type OutboxEntry,
  type OutboxRequest,
  type OutboxWrite,
  type Submitted,
} from '@vagus/client';
import { NoAnswer } from '../data/ask';
import type { Draft, DraftState } from '../data/draft';
import { base, type Category } from './threads';

/** What the screen shows of a message that waits on this device. */
export interface Outgoing {
  readonly threadId: string | null;
  /** For whom, where that is somebody else. */
  readonly patientName: string | null;
  readonly content: string;
  readonly attachments: readonly MessageAttachment[];
  /** These three belong to a message that begins a thread. */
  readonly subject?: string;
  readonly category?: Category;
  readonly patientId?: string;
}

type Written = Pick<DraftState, 'fields' | 'attachments'>;

interface ToThread {
  readonly threadId: string;
  readonly patientName: string | null;
  /** Of the messages that the person has seen, the last one's. */
  readonly lastSeenSequence: number | undefined;
}

export function replyOf({ threadId, patientName, lastSeenSequence }: ToThread, { fields, attachments }: Written, id: string): OutboxWrite {
  const { content } = fields;
  const about: Outgoing = { threadId, patientName, content, attachments };
  return {
    id,
    lane: `thread ${threadId}`,
    about,
    request: {
      method: 'POST',
      address: `${base}/threads/${encodeURIComponent(threadId)}/messages`,
      body: { content, attachmentIds: attachments.map((attachment) => attachment.id), clientMessageId: id, lastSeenSequence },
    },
  };
}

interface ToTeam {
  readonly patientId: string;
  readonly patientName: string | null;
  readonly category: Category;
}

export function newThreadOf({ patientId, patientName, category }: ToTeam, { fields, attachments }: Written, id: string): OutboxWrite {
  const { content } = fields;
  const subject = (fields.subject ?? '').trim();
  const about: Outgoing = { threadId: null, patientName, content, attachments, subject, category, patientId };
  return {
    id,
    // Each begins a thread of its own: none waits behind another.
    lane: `new thread ${id}`,
    about,
    request: {
      method: 'POST',
      address: `${base}/threads`,
      body: { patientId, category, subject, content, attachmentIds: attachments.map((attachment) => attachment.id), clientMessageId: id },
    },
  };
}

/** Sends a draft, which hears what became of it in any case; who sees that is the caller's to say. */
export async function sendDraft(outbox: Outbox, draft: Draft, write: () => OutboxWrite): Promise<Submitted> {
  try {
    await draft.beginSending();
    const submitted = await sendOrKeep(outbox, write());
    if (submitted.status === 'waiting') draft.handedOver();
    else draft.sent();
    return submitted;
  } catch (cause) {
    draft.notSent();
    throw cause;
  }
}

async function sendOrKeep(outbox: Outbox, write: OutboxWrite): Promise<Submitted> {
  try {
    return await outbox.submit(write);
  } catch (cause) {
    if (cause instanceof NotKept) throw new NoAnswer(!navigator.onLine, cause.mayHaveArrived);
    throw cause;
  }
}

export function outgoingOf({ about }: OutboxEntry): Outgoing {
  return about as Outgoing;
}

/** The same message after the answer that it crossed was read. */
export function allTheSame({ request }: OutboxEntry): OutboxRequest {
  return { ...request, body: { ...request.body, lastSeenSequence: undefined } };
}
