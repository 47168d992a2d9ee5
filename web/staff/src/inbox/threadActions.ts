import { Problem } from '@vagus/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { whenPersonLeaves } from '../data/session/leaving';
import { addDays, atTime, dayOf, weekOf } from '../time/days';
import { announce } from '../ui/announcements';
import { tellOutcome } from '../ui/outcomes';
import { Observable, useObservable } from '../observable';
import { useMe } from './colleagues';
import type { Thread, ThreadChanges } from './messages';
import { showThread } from './queues/useThreads';
import { changeThread, readThread, type WholeThread } from './threadRequests';
import { inboxFailureText, threadName } from './words';

/** Something was done to a thread and can be taken back for ten seconds. */
export interface Undoable {
  readonly text: string;
  readonly thread: Thread;
  readonly changes: ThreadChanges;
}

/** Somebody changed the thread first; it is shown as it is now, and the person chooses. */
export interface ChangeConflict {
  readonly thread: Thread;
  readonly text: string;
  readonly changes: ThreadChanges;
}

const undoable = new Observable<Undoable | null>(null);
const conflict = new Observable<ChangeConflict | null>(null);
const undoMs = 10_000;

// They name patients: the next person must not see them.
whenPersonLeaves(() => {
  undoable.set(null);
  conflict.set(null);
});

export function useUndoable(): Undoable | null {
  return useObservable(undoable);
}

export function useChangeConflict(): ChangeConflict | null {
  return useObservable(conflict);
}

export function keepTheirs(): void {
  conflict.set(null);
}

/** What takes a change back. */
export function inverseOf(thread: Thread, changes: ThreadChanges): ThreadChanges {
  const before: ThreadChanges = {
    assignedTo: thread.assignedTo?.userId ?? null,
    status: thread.status,
    priority: thread.priority,
    ...(thread.category ? { category: thread.category } : {}),
    labels: thread.labels,
    snoozeUntil: thread.snoozeUntil,
  };
  return Object.fromEntries(Object.entries(before).filter(([field]) => field in changes));
}

interface Change {
  readonly thread: Thread;
  readonly changes: ThreadChanges;
  /** What has happened then, as a sentence begins: "Closed". */
  readonly text: string;
  readonly isUndo?: boolean;
}

/** Changes a thread from the version that is shown. Failures are told on top of the page: the row may be gone from the list. */
export function useThreadChange() {
  const queries = useQueryClient();
  const me = useMe();
  return useMutation({
    mutationFn: ({ thread, changes }: Change) => changeThread(thread, changes),
    onSuccess: (changed, { thread, changes, text, isUndo }) => {
      showThread(queries, changed, me);
      conflict.set(null);
      announce(`${text}: ${threadName(thread)}`);
      offerUndo(isUndo ? null : { text, thread: changed, changes: inverseOf(thread, changes) });
    },
    onError: async (error, { thread, changes, text }) => {
      if (!(error instanceof Problem && error.code === 'stale_version')) {
        return tellOutcome(`Not changed: ${threadName(thread)}.`, inboxFailureText(error));
      }
      const now = await currentOf(thread.id);
      if (now === null) return tellOutcome(`Not changed: ${threadName(thread)}.`, inboxFailureText(error));
      showThread(queries, now.thread, me);
      conflict.set({ thread: now.thread, text, changes });
    },
  });
}

async function currentOf(id: string): Promise<WholeThread | null> {
  return readThread(id, null, 1).catch(() => null);
}

let ends: ReturnType<typeof setTimeout> | undefined;

function offerUndo(offer: Undoable | null): void {
  clearTimeout(ends);
  undoable.set(offer);
  if (offer) ends = setTimeout(() => undoable.set(null), undoMs);
}

/** Tomorrow at eight in the morning, on the clinic's clock. */
export function tomorrowMorning(now = new Date()): string {
  return atTime(addDays(dayOf(now), 1), '08:00').toISOString();
}

export function nextMonday(now = new Date()): string {
  const [monday = dayOf(now)] = weekOf(dayOf(now));
  return atTime(addDays(monday, 7), '08:00').toISOString();
}

export function inHours(hours: number, now = Date.now()): string {
  return new Date(now + hours * 3_600_000).toISOString();
}
