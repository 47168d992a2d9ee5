import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Message, MessageAttachment, SessionState } from '@vagus/client';
import { ask, queryOf } from '../data/ask';
import type { Portal } from '../data/portal';
import type { WordKey } from '../words/write';

export const base = '/api/patient-portal/messages';

export const categories = ['medical_question', 'prescription_refill', 'appointment', 'billing', 'general', 'other'] as const;
export type Category = (typeof categories)[number];

export const categoryKeys: Readonly<Record<Category, WordKey>> = {
  general: 'category.general',
  prescription_refill: 'category.prescription_refill',
  appointment: 'category.appointment',
  billing: 'category.billing',
  medical_question: 'category.medical_question',
  other: 'category.other',
};

export function isCategory(word: unknown): word is Category {
  return categories.some((category) => category === word);
}

export interface Thread {
  readonly id: string;
  readonly subject: string | null;
  readonly category: string | null;
  readonly status: 'open' | 'in_progress' | 'waiting_patient' | 'waiting_provider' | 'closed';
  readonly patient: { readonly id: string; readonly name: string | null };
  readonly createdAt: string;
  readonly lastMessageAt: string;
  readonly lastMessagePreview: string | null;
  readonly waitingSince: string | null;
  readonly expectedReplyAt: string | null;
  readonly unreadCount: number;
  readonly lastSequence: number;
}

/** The thread is about somebody for whom the signed-in person acts. */
export function isForOther({ patient }: Pick<Thread, 'patient'>, session: SessionState): boolean {
  return session.status === 'signed_in' && patient.id !== session.user.patientId;
}

interface ThreadPage {
  readonly items: readonly Thread[];
  readonly nextCursor: string | null;
}

/** A message that waits, or was stopped, before it is sent. */
export interface HeldMessage {
  readonly id: string;
  readonly content: string | null;
  readonly status: 'scheduled' | 'stopped';
  readonly sendAt: string;
  readonly attachments: readonly MessageAttachment[];
  /** The conversation that it is to begin; null where it goes into one that is there. */
  readonly begins: { readonly patientId: string; readonly subject: string | null; readonly category: string } | null;
}

export function threadsQuery(portal: Portal, patientId: string | null) {
  return infiniteQueryOptions({
    queryKey: ['threads', patientId],
    enabled: patientId !== null,
    queryFn: ({ pageParam }) => ask<ThreadPage>(portal.session, 'GET', `${base}/threads${queryOf({ patientId, cursor: pageParam })}`),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

/** What stands above the messages; they themselves come by the conversation. */
export function threadQuery(portal: Portal, id: string) {
  return queryOptions({
    queryKey: ['thread', id],
    queryFn: async () => (await ask<{ thread: Thread }>(portal.session, 'GET', `${base}/threads/${encodeURIComponent(id)}?limit=1`)).thread,
  });
}

export function heldQuery(portal: Portal, threadId: string) {
  return queryOptions({
    queryKey: ['scheduled', threadId],
    queryFn: async () => {
      const address = `${base}/scheduled${queryOf({ threadId })}`;
      return (await ask<{ items: readonly HeldMessage[] }>(portal.session, 'GET', address)).items;
    },
  });
}

/** Messages that are to begin a conversation: there is no such conversation yet. */
export function heldThreadsQuery(portal: Portal) {
  return queryOptions({
    queryKey: ['scheduled', 'threads'],
    queryFn: async () => {
      const { items } = await ask<{ items: readonly HeldMessage[] }>(portal.session, 'GET', `${base}/scheduled`);
      return items.filter(({ begins }) => begins !== null);
    },
  });
}

export interface NewMessage {
  readonly content: string;
  readonly attachmentIds?: readonly string[];
  readonly clientMessageId: string;
}

/** The message, or one that waits for some seconds so that it can be taken back. */
export type SentMessage = Message | (HeldMessage & { readonly threadId: string });

export function sendInThread(portal: Portal, threadId: string, message: NewMessage & { lastSeenSequence?: number }): Promise<SentMessage> {
  return ask<SentMessage>(portal.session, 'POST', `${base}/threads/${encodeURIComponent(threadId)}/messages`, message);
}

export interface NewThread extends NewMessage {
  readonly patientId: string;
  readonly subject: string;
  readonly category: Category;
}

/** The conversation, or with `scheduled` what waits for some seconds before it begins. */
export interface BegunThread {
  readonly thread: Thread;
  readonly scheduled?: HeldMessage;
}

export function beginThread(portal: Portal, thread: NewThread): Promise<BegunThread> {
  return ask<BegunThread>(portal.session, 'POST', `${base}/threads`, thread);
}

export function takeBack(portal: Portal, id: string): Promise<HeldMessage> {
  return ask<HeldMessage>(portal.session, 'DELETE', `${base}/scheduled/${encodeURIComponent(id)}`);
}
