import { queryOptions } from '@tanstack/react-query';
import { ask } from './ask';
import type { Portal } from './portal';

const address = '/api/patient-portal/preferences';

export interface Preferences {
  readonly email: { readonly enabled: boolean; readonly address: string; readonly refusedAt: string | null };
  readonly sms: { readonly enabled: boolean; readonly phone: string | null };
  readonly push: { readonly enabled: boolean };
  readonly digest: { readonly enabled: boolean; readonly time: string };
  readonly quietHours: { readonly from: string; readonly to: string } | null;
  readonly timeZone: string;
  readonly language: string;
  readonly kinds: { readonly message: readonly string[]; readonly notification: readonly string[] };
}

/** What is left out stays as it is. */
export interface PreferenceChange {
  readonly email?: { readonly enabled: boolean };
  readonly sms?: { readonly enabled: boolean; readonly phone: string | null };
  readonly digest?: { readonly enabled: boolean; readonly time: string };
  readonly quietHours?: Preferences['quietHours'];
  readonly timeZone?: string;
  readonly language?: string;
}

export function preferencesQuery(portal: Portal) {
  return queryOptions({ queryKey: ['preferences'], queryFn: () => ask<Preferences>(portal.session, 'GET', address), staleTime: 60_000 });
}

export function changePreferences(portal: Portal, change: PreferenceChange): Promise<Preferences> {
  return ask<Preferences>(portal.session, 'PUT', address, change);
}
