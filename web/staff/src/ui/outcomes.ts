import { Observable, useObservable } from '../observable';

/** Something that did not happen, told after the place where it was asked for had been left. */
export interface Outcome {
  readonly id: number;
  readonly title: string;
  readonly text: string;
}

const outcomes = new Observable<readonly Outcome[]>([]);
let lastId = 0;

/** Stays on the screen until somebody has read it. */
export function tellOutcome(title: string, text: string): void {
  lastId += 1;
  outcomes.set([...outcomes.value, { id: lastId, title, text }]);
}

export function dismissOutcome(id: number): void {
  outcomes.set(outcomes.value.filter((outcome) => outcome.id !== id));
}

/** They name patients: the next person must not see them. */
export function forgetOutcomes(): void {
  outcomes.set([]);
}

export function useOutcomes(): readonly Outcome[] {
  return useObservable(outcomes);
}
