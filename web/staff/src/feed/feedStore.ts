import type { AnyEvent } from '@vagus/client';
import { useEffect, useSyncExternalStore } from 'react';
import { connection } from '../data/session/session';
import { kindOf, type FeedKind } from './feedKinds';
import { eventSentence, type Weight } from '../data/live/eventSentence';

export interface FeedItem {
  readonly id: string;
  readonly kind: FeedKind;
  readonly text: string;
  readonly weight: Weight;
  readonly patientId: string | null;
  readonly occurredAt: string;
  readonly sequence: number;
}

/** Newest first. Kept in memory only, and only so many: this is a window on the log, not a copy of it. */
const keptAtMost = 300;

class Feed {
  #items: readonly FeedItem[] = [];
  readonly #watchers = new Set<() => void>();

  get items(): readonly FeedItem[] {
    return this.#items;
  }

  record({ name, payload }: AnyEvent): void {
    const kind = kindOf(name);
    if (!kind || this.#items.some((item) => item.id === payload.eventId)) return;
    const { text, weight } = eventSentence({ name, payload });
    const { eventId: id, sequence, occurredAt } = payload;
    const item = { id, kind, text, weight, patientId: payload.patientId ?? null, occurredAt, sequence };
    this.#set([item, ...this.#items].slice(0, keptAtMost));
  }

  clear(): void {
    this.#set([]);
  }

  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  #set(items: readonly FeedItem[]): void {
    this.#items = items;
    for (const watcher of this.#watchers) watcher();
  }
}

export const feed = new Feed();

const watch = (watcher: () => void) => feed.watch(watcher);
const current = () => feed.items;

export function useFeed(): readonly FeedItem[] {
  return useSyncExternalStore(watch, current);
}

/** Records from the moment of signing in, whichever page is open. */
export function useFeedRecording(): void {
  useEffect(() => connection.onAny((event) => feed.record(event)), []);
}
