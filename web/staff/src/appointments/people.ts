import { queryOptions, useQuery } from '@tanstack/react-query';
import { search, searchAll } from '../data/fhir/requests';
import type { Appointment, Person, Reference, Resource } from '../data/fhir/resources';
import { personName, referenceId } from '../data/fhir/words';
import { patientOf, providerOf, type NameOf } from './appointment';

export const practitioners = queryOptions({
  queryKey: ['practitioners'],
  queryFn: async () => {
    const people = await searchAll<Person>('Practitioner', [['_count', '200']], 5);
    return people.sort((one, other) => personName(one).localeCompare(personName(other)));
  },
  staleTime: 5 * 60_000,
});

/** Rooms and sites of the directory. */
export const locations = queryOptions({
  queryKey: ['locations'],
  queryFn: async () => {
    const found = await searchAll<Resource & { readonly name?: string }>('Location', [['_count', '200']], 5);
    return found.sort((one, other) => (one.name ?? '').localeCompare(other.name ?? ''));
  },
  staleTime: 5 * 60_000,
});

const idsPerSearch = 50;

/** Names for references that carry none, as in imported records. */
export function useNames(appointments: readonly Appointment[]): NameOf {
  const patients = unnamed(appointments.map(patientOf), 'Patient');
  const providers = unnamed(appointments.map(providerOf), 'Practitioner');
  const { data } = useQuery({
    queryKey: ['names', patients, providers],
    queryFn: async () => {
      const found = await Promise.all([...inParts('Patient', patients), ...inParts('Practitioner', providers)]);
      return new Map(found.flat().map((person) => [`${person.resourceType}/${person.id}`, personName(person)]));
    },
    enabled: patients.length + providers.length > 0,
    staleTime: 5 * 60_000,
    placeholderData: (before) => before,
  });
  return (reference) => reference?.display ?? data?.get(lastTwo(reference));
}

function unnamed(references: (Reference | undefined)[], type: string): string[] {
  const ids = references.flatMap((reference) => (reference?.display ? [] : [referenceId(reference, type)]));
  return [...new Set(ids.filter((id) => id !== null))].sort();
}

function inParts(type: string, ids: readonly string[]): Promise<Person[]>[] {
  const parts = Math.ceil(ids.length / idsPerSearch);
  return Array.from({ length: parts }, async (_, part) => {
    const some = ids.slice(part * idsPerSearch, (part + 1) * idsPerSearch);
    const page = await search<Person>(type, [['_id', some.join(',')], ['_count', String(idsPerSearch)]]);
    return page.resources;
  });
}

function lastTwo(reference: Reference | undefined): string {
  return (reference?.reference ?? '').split('/').slice(-2).join('/');
}
