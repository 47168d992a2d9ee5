import { useSyncExternalStore } from 'react';

export type Change = 'new' | 'changed';

const shownForMs = 2_600;
const changes = new Map<string, { change: Change; timer: ReturnType<typeof setTimeout> }>();
const watchers = new Set<() => void>();

/** Highlights one thing on screen for a moment. Changes in quick succession make one longer highlight. */
export function highlight(key: string, change: Change): void {
  const before = changes.get(key);
  clearTimeout(before?.timer);
  const timer = setTimeout(() => end(key), shownForMs);
  changes.set(key, { change: before?.change === 'new' ? 'new' : change, timer });
  tell();
}

export function useChange(key: string): Change | undefined {
  return useSyncExternalStore(watch, () => changes.get(key)?.change);
}

function end(key: string): void {
  changes.delete(key);
  tell();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
}

function tell(): void {
  for (const watcher of watchers) watcher();
}
