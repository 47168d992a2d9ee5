import { useQueryClient } from '@tanstack/react-query';
import { ResourceWatch } from '@vagus/client';
import { useEffect, useState } from 'react';
import { session } from '../session/session';
import { applyToRecord } from './record';

/** StrictMode and quick navigation mount twice in a row; opening waits that long. */
const settleMs = 20;
/** The record is not kept back longer than this when live updates are slow to start. */
const patienceMs = 1_000;

/**
 * Every change of the patient's record appears while the page is open. True when the record may be loaded: after the
 * watch is live, so that no change falls between loading and listening.
 */
export function useLiveRecord(patientId: string): boolean {
  const queries = useQueryClient();
  const [ready, setReady] = useState(false);
  useEffect(() => {
    const watch = new ResourceWatch({ tokens: session.token, patientIds: [patientId] });
    const reload = () => void queries.invalidateQueries({ queryKey: ['patient', patientId] });
    watch.onUpdate((update) => applyToRecord(queries, patientId, update));
    watch.onGap(reload);
    let loadedBefore = false;
    const patience = setTimeout(() => {
      loadedBefore = true;
      setReady(true);
    }, patienceMs);
    const unwatch = watch.watchState(() => {
      if (watch.state.status !== 'live') return;
      clearTimeout(patience);
      if (loadedBefore) reload();
      loadedBefore = false;
      setReady(true);
    });
    const opening = setTimeout(() => watch.open(), settleMs);
    return () => {
      clearTimeout(opening);
      clearTimeout(patience);
      unwatch();
      watch.close();
    };
  }, [queries, patientId]);
  return ready;
}
