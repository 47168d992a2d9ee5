import type { Message, MessageReadNotice } from '@vagus/client';
import type { Entry, Thread } from '../messages';
import type { WholeThread } from '../threadRequests';
import { isOlder } from '../queues/threadList';

/** An open thread: its state, and what of it is loaded. */
export interface OpenThread {
  readonly thread: Thread;
  /** The oldest first; notes behind the message that they were written after. */
  readonly entries: readonly Entry[];
  /** Leads to older ones. */
  readonly older: string | null;
}

type Receipt = Pick<MessageReadNotice, 'readerId' | 'readAt' | 'upToSequence'>;

/** The newest page, with what was loaded before it where nothing lies between the two. */
export function withNewest(known: OpenThread | undefined, page: WholeThread): OpenThread {
  const fresh: OpenThread = { thread: page.thread, entries: inOrder(page.messages), older: page.nextCursor };
  if (!known || !touches(known.entries, page.messages)) return fresh;
  return { ...withEntries({ ...known, thread: newer(known.thread, page.thread) }, page.messages), older: known.older };
}

export function withOlder(known: OpenThread, page: WholeThread): OpenThread {
  return { ...withEntries(known, page.messages), older: page.nextCursor };
}

/** What was retracted or read once stays so, whatever an older answer says. */
export function withEntries(known: OpenThread, told: readonly Entry[]): OpenThread {
  const byId = new Map(known.entries.map((entry) => [entry.id, entry]));
  for (const entry of told) byId.set(entry.id, later(byId.get(entry.id), entry));
  return { ...known, entries: inOrder([...byId.values()]) };
}

/** One's own messages up to this one are read by the other side. */
export function withReceipt(known: OpenThread, { readerId, readAt, upToSequence }: Receipt): OpenThread {
  const entries = known.entries.map((entry) =>
    entry.kind === 'message' && entry.sequence <= upToSequence && entry.senderId !== readerId && entry.readAt === null
      ? { ...entry, readAt }
      : entry,
  );
  return { ...known, entries };
}

export function withRetraction(known: OpenThread, messageId: string): OpenThread {
  const entries = known.entries.map((entry): Entry =>
    entry.id === messageId && entry.kind === 'message' ? { ...entry, status: 'retracted', content: null } : entry,
  );
  return { ...known, entries };
}

export function lastSequence(entries: readonly Entry[]): number {
  return Math.max(0, ...entries.map((entry) => (entry.kind === 'message' ? entry.sequence : 0)));
}

/** Where the reader had stopped: the first message of somebody else that is not read. */
export function firstUnread(entries: readonly Entry[], unreadCount: number, me: string): string | null {
  if (unreadCount === 0) return null;
  const others = entries.filter((entry) => isOthers(entry, me));
  return others.at(-unreadCount)?.id ?? others[0]?.id ?? null;
}

/** Counted as unread: sent by another person. What the server answers by itself is unread for nobody. */
function isOthers(entry: Entry, me: string): entry is Message {
  return entry.kind === 'message' && entry.senderId !== me && entry.status === 'sent' && entry.senderRole !== 'service';
}

function newer(known: Thread, told: Thread): Thread {
  return isOlder(told, known) ? known : told;
}

function later(known: Entry | undefined, told: Entry): Entry {
  if (known?.kind !== 'message' || told.kind !== 'message') return told;
  if (known.status === 'retracted') return known;
  return known.readAt !== null && told.readAt === null ? { ...told, readAt: known.readAt } : told;
}

function touches(known: readonly Entry[], page: readonly Entry[]): boolean {
  const ids = new Set(known.map(({ id }) => id));
  return page.length === 0 || page.some(({ id }) => ids.has(id)) || place(page[0]!)[0] <= lastSequence(known) + 1;
}

function inOrder(entries: readonly Entry[]): readonly Entry[] {
  return [...entries].sort((one, other) => {
    const [a, b] = [place(one), place(other)];
    return a[0] - b[0] || a[1] - b[1] || Date.parse(one.sentAt) - Date.parse(other.sentAt);
  });
}

function place(entry: Entry): readonly [sequence: number, behind: number] {
  return entry.kind === 'message' ? [entry.sequence, 0] : [entry.afterSequence, 1];
}
