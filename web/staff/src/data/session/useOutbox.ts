import type { OutboxState, Sent } from '@vagus/client';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { outbox } from './session';

const watch = (watcher: () => void) => outbox.watch(watcher);
const current = () => outbox.state;

/** What waits on this device to be sent. `onSent` is told of each write that waited and has gone out from this tab. */
export function useOutbox(onSent?: (sent: Sent) => void): OutboxState {
  const latest = useRef(onSent);
  useEffect(() => {
    latest.current = onSent;
  });
  useEffect(() => outbox.onSent((sent) => latest.current?.(sent)), []);
  return useSyncExternalStore(watch, current);
}

/** Until it is known what waits on this device: after a reload its key has to come first. Not for ever. */
export function outboxOpened(limitMs = 3_000): Promise<void> {
  if (outbox.state.status !== 'locked') return Promise.resolve();
  return new Promise((resolve) => {
    const stops: (() => void)[] = [];
    const done = (): void => {
      for (const stop of stops.splice(0)) stop();
      resolve();
    };
    const look = () => outbox.state.status !== 'locked' && done();
    const limit = setTimeout(done, limitMs);
    stops.push(() => clearTimeout(limit), outbox.watch(look));
    // It may have become known while the watch began.
    look();
  });
}
