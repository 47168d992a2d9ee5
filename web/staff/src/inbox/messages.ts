import type { Message } from '@vagus/client';

export const categories = ['general', 'prescription_refill', 'appointment', 'billing', 'medical_question', 'other'] as const;
export const priorities = ['low', 'normal', 'high', 'urgent'] as const;
export const statuses = ['open', 'in_progress', 'waiting_patient', 'waiting_provider', 'closed'] as const;

export type Category = (typeof categories)[number];
export type Priority = (typeof priorities)[number];
export type Status = (typeof statuses)[number];

/** Only the id where the reader may not read the record. */
export interface ThreadPatient {
  readonly id: string;
  readonly name: string | null;
  readonly birthDate: string | null;
  readonly mrn: string | null;
}

export interface Participant {
  readonly userId: string;
  readonly name: string | null;
}

/** A thread as staff see it; of a direct one patient, subject and category are null, of one among staff the category. */
export interface Thread {
  readonly id: string;
  readonly kind: 'patient' | 'direct' | 'staff';
  readonly subject: string | null;
  readonly category: Category | null;
  readonly priority: Priority;
  readonly status: Status;
  readonly patient: ThreadPatient | null;
  readonly assignedTo: { readonly userId: string; readonly name: string | null } | null;
  readonly team: string | null;
  readonly createdAt: string;
  readonly lastMessageAt: string;
  readonly lastMessagePreview: string | null;
  /** Since when the patient waits for an answer. */
  readonly waitingSince: string | null;
  readonly dueAt: string | null;
  readonly overdue: boolean;
  readonly snoozeUntil: string | null;
  readonly labels: readonly string[];
  readonly unreadCount: number;
  readonly following: boolean;
  readonly lastSequence: number;
  readonly version: number;
  /** Of a thread among staff only. */
  readonly participants?: readonly Participant[];
  /** Where searched words stand; only of a search. */
  readonly matches?: readonly TextMatch[] | null;
}

export interface TextMatch {
  readonly kind: 'message' | 'note' | 'subject';
  readonly snippet: string;
  /** Stretches of the snippet, in UTF-16 code units. */
  readonly highlights: readonly { readonly start: number; readonly length: number }[];
}

/** For staff only: another type than a message, from another door, and never sent to a patient. */
export interface Note {
  readonly id: string;
  readonly kind: 'note';
  readonly threadId: string;
  readonly senderId: string;
  readonly senderRole: string;
  readonly content: string | null;
  readonly sentAt: string;
  /** The message that it stands behind. */
  readonly afterSequence: number;
  /** Ids of colleagues. */
  readonly mentions?: readonly string[];
  readonly attachments: Message['attachments'];
}

export type Entry = Message | Note;

/** What a first message begins, beside its text. */
export interface Begins {
  /** Of a thread among staff: whom it is about, or null. */
  readonly patientId: string | null;
  readonly subject: string | null;
  /** Null of a thread among staff. */
  readonly category: Category | null;
  readonly priority: Priority;
  /** Ids of the colleagues who take part; null or absent: the message goes to the patient. */
  readonly participants?: readonly string[] | null;
}

/** A message of one's own that waits for its time. */
export interface HeldMessage {
  readonly id: string;
  readonly threadId: string;
  readonly content: string | null;
  readonly status: 'scheduled' | 'stopped';
  readonly sendAt: string;
  readonly acceptedAt: string;
  readonly clientMessageId?: string | null;
  readonly attachments?: Message['attachments'];
  /** The thread that it begins, which is not there before; null where it goes into one. */
  readonly begins?: Begins | null;
}

export interface CannedResponse {
  readonly id: string;
  readonly title: string;
  readonly content: string;
  readonly category: Category | null;
  readonly shortcode: string | null;
  /** As it would be sent into the thread that was asked for. */
  readonly filledContent: string | null;
}

export interface Draft {
  readonly content: string;
  /** 0 where there is none. */
  readonly version: number;
}

export interface Recipient {
  readonly kind: 'person' | 'pool';
  readonly name: string;
  readonly role: string;
  readonly userId: string | null;
}

/** What an organization has set. */
export interface InboxOptions {
  readonly undoSeconds: number;
  readonly labels: readonly { readonly id: string; readonly name: string }[];
}

export interface ThreadChanges {
  readonly assignedTo?: string | null;
  readonly status?: Status;
  readonly priority?: Priority;
  readonly category?: Category;
  readonly labels?: readonly string[];
  readonly snoozeUntil?: string | null;
}

export interface BulkResult {
  readonly id: string;
  readonly ok: boolean;
  readonly error: { readonly code: string } | null;
}
