import { whenFirstLive } from '@vagus/client';
import { useEffect } from 'react';
import { useVagus } from '../provider/VagusProvider.js';
import { useLatest } from './useLatest.js';

/**
 * Says when something that is kept current by events has to be loaded again: when the connection is live for the first time after it was
 * loaded, and when events are lost.
 */
export function useReload(reload: () => void): void {
  const { connection } = useVagus();
  const latest = useLatest(reload);
  useEffect(() => {
    const again = () => latest.current();
    const stops = [connection.onGap(again), whenFirstLive(connection, again)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [connection, latest]);
}
