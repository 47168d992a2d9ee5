import { useQueryClient } from '@tanstack/react-query';
import { ResourceWatch } from '@vagus/client';
import { useEffect } from 'react';
import { liveParts } from '../data/live/liveParts';
import { openSettled } from '../data/live/openSettled';
import { session } from '../data/session/session';

/** Changes of one write come together. */
const gatherMs = 300;
const watched: readonly string[] = ['DiagnosticReport', 'Observation'];

/** While a result is open, what is corrected in the patient's results appears in it: a correction that is not critical is no event. */
export function useWatchedResult(patientId: string | null): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (patientId === null) return undefined;
    const reload = gathered(() => void queries.invalidateQueries({ queryKey: ['results'] }));
    const watch = new ResourceWatch({ tokens: session.token, patientIds: [patientId] });
    watch.onUpdate(({ resourceType }) => watched.includes(resourceType) && reload.soon());
    watch.onGap(reload.soon);
    const leave = liveParts.add(watch, 'pane');
    const stopOpening = openSettled(watch);
    return () => {
      stopOpening();
      reload.end();
      leave();
      watch.close();
    };
  }, [queries, patientId]);
}

function gathered(load: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const run = () => {
    timer = undefined;
    load();
  };
  return {
    soon: () => {
      timer ??= setTimeout(run, gatherMs);
    },
    end: () => clearTimeout(timer),
  };
}
