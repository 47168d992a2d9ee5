import { useSyncExternalStore } from 'react';

/** Something that did not happen, told after the place where it was asked for had been left. */
export interface Outcome {
  readonly id: number;
  readonly title: string;
  readonly text: string;
}

let outcomes: readonly Outcome[] = [];
let lastId = 0;
const watchers = new Set<() => void>();

/** Stays on the screen until somebody has read it. */
export function tellOutcome(title: string, text: string): void {
  lastId += 1;
  set([...outcomes, { id: lastId, title, text }]);
}

export function dismissOutcome(id: number): void {
  set(outcomes.filter((outcome) => outcome.id !== id));
}

/** They name patients: the next person must not see them. */
export function forgetOutcomes(): void {
  set([]);
}

export function useOutcomes(): readonly Outcome[] {
  return useSyncExternalStore(watch, () => outcomes);
}

function set(next: readonly Outcome[]): void {
  outcomes = next;
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
}
