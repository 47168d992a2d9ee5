import {
  IconActivity,
  IconAlertTriangle,
  IconCalendar,
  IconInbox,
  IconReceipt,
  IconReportMedical,
  IconSettings,
  IconShieldCheck,
  IconUsers,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Permissions } from '@vagus/client';
import { alertNeeds } from '../alerts/openAlerts';
import { administratorNeeds, meets, meQuery, type Need } from '../data/session/permissions';

interface Place {
  readonly to: '/schedule' | '/inbox' | '/results' | '/patients' | '/alerts' | '/billing' | '/feed' | '/audit' | '/settings';
  readonly text: string;
  readonly Icon: typeof IconUsers;
  /** What the page asks of the server. */
  readonly needs: readonly Need[];
}

const billingNeeds: readonly Need[] = [{ verb: 'read', kind: 'Claim' }];
/** What those read who treat. */
const clinicalNeeds: readonly Need[] = [{ verb: 'read', kind: 'Condition' }];

/** In the order of the rail. */
const places: readonly Place[] = [
  { to: '/schedule', text: 'Schedule', Icon: IconCalendar, needs: [{ verb: 'read', kind: 'Appointment' }] },
  // Whoever works with patients writes with them and colleagues; which threads are shown the server decides.
  { to: '/inbox', text: 'Inbox', Icon: IconInbox, needs: [{ verb: 'read', kind: 'Patient' }] },
  { to: '/results', text: 'Results', Icon: IconReportMedical, needs: [{ verb: 'read', kind: 'DiagnosticReport' }] },
  { to: '/patients', text: 'Patients', Icon: IconUsers, needs: [{ verb: 'read', kind: 'Patient' }] },
  { to: '/alerts', text: 'Alerts', Icon: IconAlertTriangle, needs: alertNeeds },
  { to: '/billing', text: 'Billing', Icon: IconReceipt, needs: billingNeeds },
  { to: '/feed', text: 'Live feed', Icon: IconActivity, needs: [] },
  { to: '/audit', text: 'Audit', Icon: IconShieldCheck, needs: administratorNeeds },
  { to: '/settings', text: 'Settings', Icon: IconSettings, needs: administratorNeeds },
];

export function openPlaces(permissions: Permissions): readonly Place[] {
  return places.filter(({ needs }) => meets(permissions, needs));
}

/** Where a person's day begins: the board, the worklist of a department that has no board, or else the first place that is open. */
export function homeOf(permissions: Permissions): Place['to'] {
  if (meets(permissions, billingNeeds) && !meets(permissions, clinicalNeeds)) return '/billing';
  const open = openPlaces(permissions).map(({ to }) => to);
  return homes.find((to) => open.includes(to)) ?? open[0] ?? '/feed';
}

const homes: readonly Place['to'][] = ['/schedule', '/results'];

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
