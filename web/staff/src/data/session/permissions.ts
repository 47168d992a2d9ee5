import { queryOptions, useQuery } from '@tanstack/react-query';
import { may, type Permissions, type Verb } from '@vagus/client';
import { setClinicZone } from '../../time/clinicZone';
import { session } from './session';

/** Who is signed in and what may be offered; the same for as long as the session lives. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async () => {
    const asked = session.state;
    const me = await session.me();
    // An answer that comes late has the zone of the clinic of the person before.
    if (session.state !== asked) return me;
    // Before any page is shown: the pages wait for this.
    setClinicZone(me.timeZone);
    return me;
  },
  staleTime: Infinity,
  gcTime: Infinity,
});

export interface Need {
  readonly verb: Verb;
  readonly kind: string;
}

export function meets(permissions: Permissions, needs: readonly Need[]): boolean {
  return needs.every(({ verb, kind }) => may(permissions, verb, kind));
}

/** What is not allowed is not offered. Nothing is allowed until the server has said so. */
export function useMay(): (verb: Verb, kind: string) => boolean {
  const { data } = useQuery(meQuery);
  return (verb, kind) => data !== undefined && may(data.permissions, verb, kind);
}

/** Signing as a practitioner: no verb on a kind tells it, so it is the one thing that a role is asked for. */
export function useSigns(): boolean {
  const { data } = useQuery(meQuery);
  return data?.user.role === 'provider';
}

/** The administrator of the organization, who alone reads the audit. */
export const administratorNeeds: readonly Need[] = [{ verb: 'read', kind: 'AuditEvent' }];
