import { useQueryClient } from '@tanstack/react-query';
import { ResourceWatch } from '@vagus/client';
import { useEffect } from 'react';
import { connection, session } from '../session/session';
import { applyToRecord } from './record';

/** StrictMode and quick navigation mount twice in a row; opening waits that long. */
const settleMs = 50;

/** Every change of the patient's record appears while the page is open. */
export function useLiveRecord(patientId: string): void {
  const queries = useQueryClient();
  useEffect(() => {
    // The page loads its data after this moment, so replaying from here leaves no hole.
    const since = connection.sequence;
    const watch = new ResourceWatch({ tokens: session.token, patientIds: [patientId], since });
    const reload = () => void queries.invalidateQueries({ queryKey: ['patient', patientId] });
    watch.onUpdate((update) => applyToRecord(queries, patientId, update));
    watch.onGap(reload);
    // Without a known position what was loaded before the watch was live may be out of date.
    let mustReload = since === null;
    const unwatch = watch.watchState(() => {
      if (watch.state.status !== 'live' || !mustReload) return;
      mustReload = false;
      reload();
    });
    const opening = setTimeout(() => watch.open(), settleMs);
    return () => {
      clearTimeout(opening);
      unwatch();
      watch.close();
    };
  }, [queries, patientId]);
}
