import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { connection } from '../../data/session/session';

/** Changes of one write come together, and searches follow a write within milliseconds. */
const gatherMs = 300;

/** Loads what the panel shows of a patient again after each event about the patient. */
export function useFreshPatient(patientId: string): void {
  const queries = useQueryClient();
  useEffect(() => {
    let due: ReturnType<typeof setTimeout> | undefined;
    const reload = () => void queries.invalidateQueries({ queryKey: ['inbox-patient', patientId] });
    const soon = () => {
      clearTimeout(due);
      due = setTimeout(reload, gatherMs);
    };
    const unlisten = connection.onAny(({ payload }) => payload.patientId === patientId && soon());
    const unwatch = connection.onGap(soon);
    return () => {
      unlisten();
      unwatch();
      clearTimeout(due);
    };
  }, [queries, patientId]);
}
