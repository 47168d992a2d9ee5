import { useSyncExternalStore } from 'react';
import { Observable } from '../observable';

export type Change = 'new' | 'changed';

const shownForMs = 2_600;
const changes = new Observable<ReadonlyMap<string, { readonly change: Change; readonly timer: ReturnType<typeof setTimeout> }>>(new Map());

/** Highlights one thing on screen for a moment. Changes in quick succession make one longer highlight. */
export function highlight(key: string, change: Change): void {
  const before = changes.value.get(key);
  clearTimeout(before?.timer);
  const timer = setTimeout(() => end(key), shownForMs);
  changes.set(new Map(changes.value).set(key, { change: before?.change === 'new' ? 'new' : change, timer }));
}

export function useChange(key: string): Change | undefined {
  return useSyncExternalStore(changes.watch, () => changes.value.get(key)?.change);
}

function end(key: string): void {
  changes.set(new Map([...changes.value].filter(([other]) => other !== key)));
}
