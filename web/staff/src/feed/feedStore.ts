import type { AnyEvent } from '@vagus/client';
import { useEffect } from 'react';
import { eventSentence, type Weight } from '../data/live/eventSentence';
import { connection } from '../data/session/session';
import { Observable, useObservable } from '../observable';
import { kindOf, type FeedKind } from './feedKinds';

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

const items = new Observable<readonly FeedItem[]>([]);

function record({ name, payload }: AnyEvent): void {
  const kind = kindOf(name);
  if (!kind || items.value.some((item) => item.id === payload.eventId)) return;
  const { text, weight } = eventSentence({ name, payload });
  const { eventId: id, sequence, occurredAt } = payload;
  const item = { id, kind, text, weight, patientId: payload.patientId ?? null, occurredAt, sequence };
  items.set([item, ...items.value].slice(0, keptAtMost));
}

/** It names patients: the next person must not see it. */
export function clearFeed(): void {
  items.set([]);
}

export function useFeed(): readonly FeedItem[] {
  return useObservable(items);
}

/** Records from the moment of signing in, whichever page is open. */
export function useFeedRecording(): void {
  useEffect(() => connection.onAny(record), []);
}
