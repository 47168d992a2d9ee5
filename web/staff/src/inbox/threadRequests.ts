import { ask } from './ask';
import type { BulkResult, Entry, HeldMessage, InboxOptions, Recipient, Thread, ThreadChanges } from './messages';
import type { Message } from '@vagus/client';

const base = '/api/patient-messages';
export const threadsAt = `${base}/threads`;

export interface ThreadPage {
  readonly items: readonly Thread[];
  readonly nextCursor: string | null;
}

export interface WholeThread {
  readonly thread: Thread;
  /** The oldest first. */
  readonly messages: readonly Entry[];
  readonly nextCursor: string | null;
}

/** What is sent to the patient. It has no place for a note. */
export interface Reply {
  readonly content: string;
  readonly lastSeenSequence?: number;
  readonly clientMessageId: string;
  readonly attachmentIds?: readonly string[];
  readonly cannedResponseId?: string;
  readonly sendAfter?: string;
}

export function listThreads(filter: Readonly<Record<string, string>>, cursor: string | null): Promise<ThreadPage> {
  const query = new URLSearchParams({ ...filter, limit: '50', ...(cursor ? { cursor } : {}) });
  return ask('GET', `${threadsAt}?${query.toString()}`);
}

export function readThread(id: string, before: string | null = null, limit = 50): Promise<WholeThread> {
  const query = new URLSearchParams({ limit: String(limit), ...(before ? { before } : {}) });
  return ask('GET', `${threadAt(id)}?${query.toString()}`);
}

/** Replaces exactly the version that was read: 409 `stale_version` where somebody else was faster. */
export function changeThread({ id, version }: Pick<Thread, 'id' | 'version'>, changes: ThreadChanges): Promise<Thread> {
  return ask('PUT', threadAt(id), { ...changes, version });
}

export async function changeMany(threadIds: readonly string[], changes: ThreadChanges): Promise<readonly BulkResult[]> {
  const { results } = await ask<{ results: BulkResult[] }>('POST', `${threadsAt}/bulk`, { threadIds, changes });
  return results;
}

export function markRead(threadId: string, upToSequence: number): Promise<unknown> {
  return ask('POST', `${threadAt(threadId)}/mark-read`, { upToSequence });
}

/** Who takes part in a thread among staff. */
export function takePart(threadId: string, userId: string, takesPart: boolean): Promise<unknown> {
  return ask(takesPart ? 'PUT' : 'DELETE', `${threadAt(threadId)}/participants/${encodeURIComponent(userId)}`);
}

export function follow(threadId: string, following: boolean): Promise<unknown> {
  return ask(following ? 'PUT' : 'DELETE', `${threadAt(threadId)}/follow`);
}

export async function heldMessages(threadId: string): Promise<readonly HeldMessage[]> {
  const { items } = await ask<{ items: HeldMessage[] }>('GET', `${base}/scheduled?threadId=${encodeURIComponent(threadId)}`);
  return items;
}

/** First messages of one's own: the threads that they begin are not there yet. */
export async function heldBeginnings(): Promise<readonly HeldMessage[]> {
  const { items } = await ask<{ items: HeldMessage[] }>('GET', `${base}/scheduled`);
  return items.filter(({ begins }) => begins);
}

/** Its text becomes the draft of the thread, where there is none. */
export function takeBack(id: string): Promise<HeldMessage> {
  return ask('DELETE', `${base}/scheduled/${encodeURIComponent(id)}`);
}

export function sendNow(id: string): Promise<Message> {
  return ask('POST', `${base}/scheduled/${encodeURIComponent(id)}/release`);
}

export function retract(messageId: string, reason: string): Promise<Message> {
  return ask('POST', `/api/messages/${encodeURIComponent(messageId)}/retraction`, { reason });
}

export function readOptions(): Promise<InboxOptions> {
  return ask('GET', `${base}/options`);
}

/** Colleagues and pools; the signed-in person is not among them. */
export async function findColleagues(typed: string): Promise<readonly Recipient[]> {
  const { items } = await ask<{ items: Recipient[] }>('GET', `/api/messages/recipients?q=${encodeURIComponent(typed)}`);
  return items;
}

export function threadAt(id: string): string {
  return `${threadsAt}/${encodeURIComponent(id)}`;
}
