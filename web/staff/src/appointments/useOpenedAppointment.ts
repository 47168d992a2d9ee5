import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { read } from '../data/fhir/requests';
import type { Appointment } from '../data/fhir/resources';

export interface Opened {
  /** Null where nothing is open. */
  readonly appointment: Appointment | null;
  /** It is not among those on the page any more: moved to another day, or taken away. */
  readonly hasLeft: boolean;
}

/** The appointment that is open in a dialog, also after it has left the page: it may have been moved while somebody types about it. */
export function useOpenedAppointment(id: string | null, onPage: readonly Appointment[]): Opened {
  const found = id === null ? null : (onPage.find((each) => each.id === id) ?? null);
  const [last, setLast] = useState<Appointment | null>(null);
  if (found && found !== last) setLast(found);
  const hasLeft = id !== null && found === null && last?.id === id;
  const { data } = useQuery({
    // Beneath the days: what makes them load again makes this load again.
    queryKey: ['appointments', 'opened', id, last?.meta?.versionId],
    queryFn: () => read<Appointment>('Appointment', id ?? ''),
    enabled: hasLeft,
  });
  if (id === null) return { appointment: null, hasLeft: false };
  return { appointment: found ?? (hasLeft ? (data ?? last) : null), hasLeft };
}
