import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { ask, queryOf } from '../data/ask';
import type { Portal } from '../data/portal';
import type { WordKey } from '../words/write';

export interface Appointment {
  readonly id: string;
  readonly providerName: string | null;
  readonly start: string | null;
  readonly end: string | null;
  readonly status: string | null;
  readonly type: string | null;
  readonly location: string | null;
  readonly reason: string | null;
  readonly comment: string | null;
}

interface Page {
  readonly items: readonly Appointment[];
  readonly nextCursor: string | null;
}

const address = '/api/appointments';
/** What began a little while ago may still be going on. */
const stillGoingMs = 2 * 3_600_000;

export const statusKeys: Readonly<Record<string, WordKey>> = {
  proposed: 'status.proposed',
  pending: 'status.proposed',
  waitlist: 'status.waitlist',
  booked: 'status.booked',
  arrived: 'status.arrived',
  checked_in: 'status.arrived',
  in_progress: 'status.in_progress',
  completed: 'status.completed',
  cancelled: 'status.cancelled',
  no_show: 'status.no_show',
};

/** Those to come, the next one first; from the moment of each request, for a page may be open for days. */
export function comingQuery(portal: Portal, patientId: string | null) {
  return queryOptions({
    queryKey: ['appointments', 'coming', patientId],
    enabled: patientId !== null,
    queryFn: async () => {
      const from = stillGoingSince();
      const { items } = await ask<Page>(portal.session, 'GET', address + queryOf({ patientId, from, limit: '100' }));
      return items.filter(({ status }) => status !== 'entered_in_error');
    },
  });
}

/** Those of before, a year at a time: the server lists them by their time, the earliest first. */
export function pastQuery(portal: Portal, patientId: string | null) {
  return infiniteQueryOptions({
    queryKey: ['appointments', 'past', patientId],
    enabled: patientId !== null,
    queryFn: async ({ pageParam }) => {
      const to = pageParam ?? stillGoingSince();
      const from = yearBefore(to);
      const { items } = await ask<Page>(portal.session, 'GET', address + queryOf({ patientId, from, to, limit: '200' }));
      return { items: items.toReversed(), from };
    },
    initialPageParam: null as string | null,
    // Each year ends where the one after it begins.
    getNextPageParam: ({ from }) => from,
  });
}

function stillGoingSince(): string {
  return new Date(Date.now() - stillGoingMs).toISOString();
}

function yearBefore(instant: string): string {
  const then = new Date(instant);
  then.setUTCFullYear(then.getUTCFullYear() - 1);
  return then.toISOString();
}

export function isOff({ status }: Appointment): boolean {
  return status === 'cancelled' || status === 'no_show';
}

/** The next one that takes place. */
export function nextOf(coming: readonly Appointment[]): Appointment | undefined {
  return coming.find((appointment) => appointment.start !== null && !isOff(appointment) && appointment.status !== 'completed');
}
