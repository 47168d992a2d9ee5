import { queryOptions, useQuery } from '@tanstack/react-query';
import type { Me } from '@vagus/client';
import { ask } from './ask';
import { useObservable, usePortal, useSession, type Portal } from './portal';

/** Somebody whose record the person sees: the own, or a dependant's. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly birthDate: string | null;
}

interface HumanName {
  readonly use?: string;
  readonly text?: string;
  readonly given?: readonly string[];
  readonly family?: string;
}

interface PatientRecord {
  readonly id: string;
  readonly name?: readonly HumanName[];
  readonly birthDate?: string;
}

interface Bundle {
  readonly entry?: readonly { readonly resource: PatientRecord; readonly search?: { readonly mode?: string } }[];
}

export function meQuery(portal: Portal) {
  return queryOptions({ queryKey: ['me'], queryFn: (): Promise<Me> => portal.session.me(), staleTime: Infinity, gcTime: Infinity });
}

/** The own record and those of dependants: all that a patient's account reads. */
export function peopleQuery(portal: Portal) {
  return queryOptions({
    queryKey: ['people'],
    queryFn: async (): Promise<readonly Person[]> => {
      const bundle = await ask<Bundle>(portal.session, 'GET', '/fhir/Patient?_count=50');
      return (bundle.entry ?? []).map(({ resource }) => personOf(resource));
    },
    staleTime: 60_000,
  });
}

export function personOf({ id, name, birthDate }: PatientRecord): Person {
  const known = name?.find(({ use }) => use === 'official') ?? name?.[0];
  const written = known?.text ?? [...(known?.given ?? []), known?.family].filter(Boolean).join(' ');
  return { id, name: written || id, birthDate: birthDate ?? null };
}

export interface Acting {
  /** Whose record is shown and for whom messages are sent; null before the own record is known. */
  readonly patientId: string | null;
  /** The name of that person, once it is known. */
  readonly name: string | null;
  readonly isForOther: boolean;
  readonly dependants: readonly Person[];
  readonly own: Person | null;
}

/** For whom the person acts now. A dependant that is not there any more is none: a proxy ends. */
export function useActing(): Acting {
  const portal = usePortal();
  const session = useSession();
  const chosen = useObservable(portal.actingFor);
  const { data: people } = useQuery(peopleQuery(portal));
  const user = session.status === 'signed_in' ? session.user : null;
  const ownId = user?.patientId ?? null;
  const dependants = (people ?? []).filter(({ id }) => id !== ownId);
  const other = chosen === null ? null : (dependants.find(({ id }) => id === chosen) ?? null);
  // Until the dependants are known the choice stands: the page must not show another person's record for a moment.
  const isForOther = other !== null || (chosen !== null && people === undefined);
  const own = people?.find(({ id }) => id === ownId) ?? null;
  return {
    patientId: isForOther ? chosen : ownId,
    name: isForOther ? (other?.name ?? null) : (own?.name ?? user?.displayName ?? null),
    isForOther,
    dependants,
    own,
  };
}
