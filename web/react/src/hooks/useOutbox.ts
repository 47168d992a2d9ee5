import type { Outbox, OutboxState, Sent } from '@vagus/client';
import { useEffect } from 'react';
import { useVagus } from '../provider/VagusProvider.js';
import { useLatest } from './useLatest.js';
import { useStore } from './useStore.js';

export interface OutboxOfPerson extends OutboxState {
  /** What else can be done: `submit`, `resend`, `drop`, `sendNow`, `forgetLost`. */
  readonly outbox: Outbox;
}

/**
 * What waits on this device to be sent. It goes out while a component uses this: use it where the signed-in page begins, so that what
 * waits goes out whatever else is shown. `onSent` is told of each write that waited and has gone out from this tab.
 */
export function useOutbox(onSent?: (sent: Sent) => void): OutboxOfPerson {
  const { outbox } = useVagus();
  const latest = useLatest(onSent);
  useEffect(() => outbox.onSent((sent) => latest.current?.(sent)), [outbox, latest]);
  return { ...useStore(outbox), outbox };
}
