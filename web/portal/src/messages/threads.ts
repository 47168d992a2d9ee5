import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { Problem, type Message, type MessageAttachment, type SessionState } from '@vagus/client';
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

const preparingMs = 2_000;
const preparingTries = 60;

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
  /** Where the words of a search stand. */
  readonly matches?: readonly Match[];
}

export interface Match {
  readonly kind: 'message' | 'subject';
  readonly snippet: string;
  /** Stretches of the snippet. */
  readonly highlights: readonly { readonly start: number; readonly length: number }[];
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

/** With words, the threads that have all of them. */
export function threadsQuery(portal: Portal, patientId: string | null, words: string) {
  return infiniteQueryOptions({
    queryKey: ['threads', patientId, words],
    enabled: patientId !== null,
    queryFn: ({ pageParam }) => {
      const query = queryOf({ patientId, search: words === '' ? null : words, cursor: pageParam });
      return ask<ThreadPage>(portal.session, 'GET', `${base}/threads${query}`);
    },
    // A server that has just started prepares its search, and says so.
    retry: (failures, error) => (isPreparing(error) ? failures < preparingTries : portal.mayHelpAgain(failures, error)),
    retryDelay: (failures, error) => (isPreparing(error) ? preparingMs : Math.min(1_000 * 2 ** failures, 30_000)),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

export function isPreparing(error: unknown): boolean {
  return error instanceof Problem && (error.code === 'search_preparing' || error.code === 'search_ended');
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

/** Messages that are to begin a conversation of the patient: there is no such conversation yet. */
export function heldThreadsQuery(portal: Portal, patientId: string | null) {
  return queryOptions({
    queryKey: ['scheduled', 'threads', patientId],
    enabled: patientId !== null,
    queryFn: async () => {
      const { items } = await ask<{ items: readonly HeldMessage[] }>(portal.session, 'GET', `${base}/scheduled`);
      return items.filter(({ begins }) => begins?.patientId === patientId);
    },
  });
}

/** The message, or one that waits for some seconds so that it can be taken back. */
export type SentMessage = Message | (HeldMessage & { readonly threadId: string });

/** The conversation, or with `scheduled` what waits for some seconds before it begins. */
export interface BegunThread {
  readonly thread: Thread;
  readonly scheduled?: HeldMessage;
}

export function takeBack(portal: Portal, id: string): Promise<HeldMessage> {
  return ask<HeldMessage>(portal.session, 'DELETE', `${base}/scheduled/${encodeURIComponent(id)}`);
}
