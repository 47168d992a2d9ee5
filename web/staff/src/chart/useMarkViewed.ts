import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { sendJson } from '../data/care/requests';
import { read } from '../data/fhir/requests';
import { useSignedInUser } from '../data/session/useSession';
import { addressOf, type Viewing } from './chart';

interface Shown {
  patientId: string;
  kind: 'lab' | 'imaging';
  reportId: string | null;
  viewings: readonly Viewing[];
  /** It is before the person's eyes now: opened, and not the chart of the past. */
  isShown: boolean;
}

/** A result that somebody has opened is seen, once for each person. What could not be told is told the next time it is opened. */
export function useMarkViewed({ patientId, kind, reportId, viewings, isShown }: Shown): void {
  const queries = useQueryClient();
  const user = useSignedInUser();
  const told = useRef(false);
  const isSeen = viewings.some(({ userId }) => userId === user?.id);
  useEffect(() => {
    if (!isShown) told.current = false;
    if (!isShown || isSeen || reportId === null || told.current) return;
    told.current = true;
    mark(patientId, kind, reportId)
      .then(() => queries.invalidateQueries({ queryKey: ['patient', patientId] }))
      .catch(() => undefined);
  }, [isShown, isSeen, reportId, kind, patientId, queries]);
}

/** An imaging report is seen by reading it. */
function mark(patientId: string, kind: 'lab' | 'imaging', reportId: string): Promise<unknown> {
  if (kind === 'imaging') return read('DiagnosticReport', reportId);
  return sendJson('POST', `${addressOf(patientId)}/labs/${encodeURIComponent(reportId)}/viewed`, {});
}
