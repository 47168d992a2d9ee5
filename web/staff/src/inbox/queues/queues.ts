import { categories, priorities, type Category, type Priority, type Thread } from '../messages';

export type QueueKey = 'mine' | 'pools' | 'unassigned' | 'waiting' | 'overdue' | 'snoozed' | 'unread' | 'following' | 'all' | 'closed';

/** Whose list it is, and when. */
interface Viewpoint {
  readonly me: string;
  readonly now: number;
}

export interface Queue {
  readonly key: QueueKey;
  readonly text: string;
  /** Why it is empty, and what that means. */
  readonly empty: string;
  readonly asks: Readonly<Record<string, string>>;
  /** What the server is asked for, and what it cannot be asked for: closed threads stand in no other queue than their own. */
  readonly holds: (thread: Thread, at: Viewpoint) => boolean;
}

const isClosed = ({ status }: Thread) => status === 'closed';
const isSnoozed = ({ snoozeUntil }: Thread, { now }: Viewpoint) => snoozeUntil !== null && Date.parse(snoozeUntil) > now;
const isAwake = (thread: Thread, at: Viewpoint) => !isClosed(thread) && !isSnoozed(thread, at);

export const queues: readonly Queue[] = [
  {
    key: 'mine',
    text: 'Mine',
    empty: 'Nothing is assigned to you. Look into Unassigned for threads that wait for somebody.',
    asks: { assignedTo: 'me', snoozed: 'false' },
    holds: (thread, at) => isAwake(thread, at) && thread.assignedTo?.userId === at.me,
  },
  {
    key: 'pools',
    text: 'My pools and colleagues',
    empty: 'No messages to you, to a pool of yours or among colleagues are open.',
    asks: { assignedTo: 'none', snoozed: 'false' },
    holds: (thread, at) => isAwake(thread, at) && thread.kind !== 'patient' && thread.assignedTo === null,
  },
  {
    key: 'unassigned',
    text: 'Unassigned',
    empty: "Every patient's thread has somebody who looks after it.",
    asks: { assignedTo: 'none', snoozed: 'false' },
    holds: (thread, at) => isAwake(thread, at) && thread.kind === 'patient' && thread.assignedTo === null,
  },
  {
    key: 'waiting',
    text: 'Waiting on patient',
    empty: 'No thread waits for an answer of a patient.',
    asks: { status: 'waiting_patient', snoozed: 'false' },
    holds: (thread, at) => isAwake(thread, at) && thread.status === 'waiting_patient',
  },
  {
    key: 'overdue',
    text: 'Overdue',
    empty: 'Nobody waits longer than your organization promises.',
    asks: { overdue: 'true' },
    holds: (thread) => !isClosed(thread) && thread.overdue,
  },
  {
    key: 'snoozed',
    text: 'Snoozed',
    empty: 'No thread sleeps. A snoozed one comes back at its time, or when the patient writes.',
    asks: { snoozed: 'true' },
    holds: (thread, at) => !isClosed(thread) && isSnoozed(thread, at),
  },
  {
    key: 'unread',
    text: 'Unread',
    empty: 'You have read everything.',
    asks: { unread: 'true' },
    // A note that mentions the reader makes a thread unread too, and counts no message: the server's word stands.
    holds: (thread) => thread.unreadCount > 0,
  },
  {
    key: 'following',
    text: 'Following',
    empty: 'You follow no thread. Follow one to find it here again.',
    asks: { following: 'true' },
    holds: (thread) => !isClosed(thread) && thread.following,
  },
  {
    key: 'all',
    text: 'All open',
    empty: 'There are no open threads.',
    asks: { snoozed: 'false' },
    holds: isAwake,
  },
  { key: 'closed', text: 'Closed', empty: 'No thread is closed yet.', asks: { status: 'closed' }, holds: isClosed },
];

export function queueOf(key: QueueKey | undefined): Queue {
  return queues.find((queue) => queue.key === key) ?? queues[0]!;
}

/** What the address of the inbox holds: ids and words of a list, never a name or typed text. */
export interface InboxSearch {
  readonly queue?: QueueKey;
  readonly thread?: string;
  readonly patient?: string;
  readonly category?: Category;
  readonly priority?: Priority;
  readonly label?: string;
  /** A new thread is being written, with `patient` where that one is known. */
  readonly compose?: true;
}

/** A part of the address that is not valid is dropped, and not shown as a failure. */
export function readInboxSearch(given: Record<string, unknown>): InboxSearch {
  const read = {
    queue: oneOf(
      queues.slice(1).map(({ key }) => key),
      given['queue'],
    ),
    thread: id(given['thread']),
    patient: id(given['patient']),
    category: oneOf(categories, given['category']),
    priority: oneOf(priorities, given['priority']),
    label: id(given['label']),
    compose: given['compose'] === true ? true : undefined,
  };
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined)) as InboxSearch;
}

function id(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(value) ? value : undefined;
}

function oneOf<T extends string>(all: readonly T[], value: unknown): T | undefined {
  return all.find((one) => one === value);
}

/** The same address without some of its parts. */
export function without(search: InboxSearch, ...parts: readonly (keyof InboxSearch)[]): InboxSearch {
  return Object.fromEntries(Object.entries(search).filter(([part]) => !parts.includes(part as keyof InboxSearch)));
}

/** The queue narrowed by what the address names. */
export function narrowed(queue: Queue, { patient, category, priority, label }: InboxSearch): Queue {
  const asks = {
    ...queue.asks,
    ...(patient ? { patientId: patient } : {}),
    ...(category ? { category } : {}),
    ...(priority ? { priority } : {}),
    ...(label ? { label } : {}),
  };
  return {
    ...queue,
    asks,
    holds: (thread, at) =>
      queue.holds(thread, at) &&
      (!patient || thread.patient?.id === patient) &&
      (!category || thread.category === category) &&
      (!priority || thread.priority === priority) &&
      (!label || thread.labels.includes(label)),
  };
}
