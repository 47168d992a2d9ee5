import type { SessionState } from '@vagus/client';

const duties = new Set<() => void>();

/** What a part of the app keeps of one person is forgotten when the person leaves. It registers once, when it is loaded. */
export function whenPersonLeaves(forget: () => void): void {
  duties.add(forget);
}

export function forgetPerson(): void {
  for (const forget of duties) forget();
}

const returnDuties = new Set<() => void>();

/** What a person has not saved yet outlives a session that has expired, and is forgotten when another person comes. */
export function unlessPersonReturns(forget: () => void): void {
  returnDuties.add(forget);
}

let kept: string | null = null;

/** Whether what this person has not saved is still kept: a session that has expired meanwhile does not end that. */
export function sameAuthor(): () => boolean {
  const author = kept;
  return () => kept === author;
}

/** With signing out and with another person; a session that has expired is no reason, for the same person may come back. */
export function forgetUnlessReturning(state: SessionState): void {
  if (state.status === 'signed_out' && state.because === 'expired') return;
  const next = state.status === 'signed_in' ? state.user.id : null;
  if (kept !== null && kept !== next) for (const forget of returnDuties) forget();
  kept = next;
}
