import { IconActivity, IconAlertTriangle, IconCalendar, IconInbox, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Permissions } from '@vagus/client';
import { alertNeeds } from '../alerts/openAlerts';
import { meets, meQuery, type Need } from '../data/session/permissions';

interface Place {
  readonly to: '/schedule' | '/inbox' | '/patients' | '/alerts' | '/feed';
  readonly text: string;
  readonly Icon: typeof IconUsers;
  /** What the page asks of the server. */
  readonly needs: readonly Need[];
}

/** In the order of the rail; the first that is open to somebody is that person's home. */
const places: readonly Place[] = [
  { to: '/schedule', text: 'Schedule', Icon: IconCalendar, needs: [{ verb: 'read', kind: 'Appointment' }] },
  // Whoever works with patients writes with them and colleagues; which threads are shown the server decides.
  { to: '/inbox', text: 'Inbox', Icon: IconInbox, needs: [{ verb: 'read', kind: 'Patient' }] },
  { to: '/patients', text: 'Patients', Icon: IconUsers, needs: [{ verb: 'read', kind: 'Patient' }] },
  { to: '/alerts', text: 'Alerts', Icon: IconAlertTriangle, needs: alertNeeds },
  { to: '/feed', text: 'Live feed', Icon: IconActivity, needs: [] },
];

export function openPlaces(permissions: Permissions): readonly Place[] {
  return places.filter(({ needs }) => meets(permissions, needs));
}

export function homeOf(permissions: Permissions): Place['to'] {
  return openPlaces(permissions)[0]?.to ?? '/feed';
}

export function useOpenPlaces(): readonly Place[] {
  const { data } = useQuery(meQuery);
  return data ? openPlaces(data.permissions) : [];
}

/** The place at this address that is not open to the signed-in person, if it is one. */
export function useClosedPlace(path: string): Place | null {
  const { data } = useQuery(meQuery);
  const place = places.find(({ to }) => path === to || path.startsWith(`${to}/`));
  return place && data && !meets(data.permissions, place.needs) ? place : null;
}
