import type { AnyEvent } from '@vagus/client';
import { useEffect } from 'react';
import { useVagus } from '../provider/VagusProvider.js';
import { useLatest } from './useLatest.js';

/** Each event of the stream once, while the component is mounted. The handler may be another function at each rendering. */
export function useEvents(handler: (event: AnyEvent) => void, { enabled = true }: { enabled?: boolean } = {}): void {
  const { connection } = useVagus();
  const latest = useLatest(handler);
  useEffect(() => (enabled ? connection.onAny((event) => latest.current(event)) : undefined), [connection, enabled, latest]);
}
