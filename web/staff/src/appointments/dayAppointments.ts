import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { isStale } from '@vagus/client';
import { searchAll } from '../data/fhir/requests';
import type { Appointment } from '../data/fhir/resources';
import { addDays, dayOf, startOf, type Day } from '../time/days';
import { byStart, startsAt } from './appointment';

export function dayAppointments(day: Day) {
  return queryOptions({
    queryKey: ['appointments', day] as const,
    queryFn: async ({ client, queryKey }) => {
      const loaded = await searchAll<Appointment>('Appointment', [
        ['date', `ge${startOf(day).toISOString()}`],
        ['date', `lt${startOf(addDays(day, 1)).toISOString()}`],
        ['_count', '200'],
      ]);
      return keepNewer(loaded, client.getQueryData<Appointment[]>(queryKey) ?? []).sort(byStart);
    },
  });
}

/** The answer of a search may be older than an update that arrived while it was on its way. */
function keepNewer(loaded: Appointment[], shown: Appointment[]): Appointment[] {
  const known = new Map(shown.map((appointment) => [appointment.id, appointment]));
  return loaded.map((appointment) => {
    const other = known.get(appointment.id);
    return other && isStale(other.meta?.versionId, appointment.meta?.versionId) ? other : appointment;
  });
}

export type Placement = 'new' | 'changed' | 'unchanged';

/** Puts one version of an appointment into every loaded day; an older version never replaces a newer one. */
export function placeAppointment(queries: QueryClient, appointment: Appointment): Placement {
  let placement: Placement = 'unchanged';
  for (const [key, shown] of queries.getQueriesData<Appointment[]>({ queryKey: ['appointments'] })) {
    if (!shown) continue;
    // A search that is under way may answer with the state before this version: let it start again.
    if (queries.isFetching({ queryKey: key, exact: true })) void queries.invalidateQueries({ queryKey: key, exact: true });
    const before = shown.find((candidate) => candidate.id === appointment.id);
    if (before && isStale(before.meta?.versionId, appointment.meta?.versionId)) continue;
    const belongs = dayOf(startsAt(appointment)) === key[1];
    if (!before && !belongs) continue;
    const others = shown.filter((candidate) => candidate.id !== appointment.id);
    queries.setQueryData(key, belongs ? [...others, appointment].sort(byStart) : others);
    placement = before ? 'changed' : 'new';
  }
  return placement;
}

/** The newest version that is on any loaded day. */
export function shownVersion(queries: QueryClient, id: string): string | undefined {
  for (const [, shown] of queries.getQueriesData<Appointment[]>({ queryKey: ['appointments'] })) {
    const found = shown?.find((appointment) => appointment.id === id);
    if (found) return found.meta?.versionId;
  }
  return undefined;
}
