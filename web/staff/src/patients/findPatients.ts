import { search, searchInBody, type Page } from '../fhir/requests';
import type { Person } from '../fhir/resources';

/** Everybody, or those with a name that begins so; who changed last stands first. A name goes in the body: addresses end up in logs. */
export function findPatients(name: string, count: number): Promise<Page<Person>> {
  const paging = [
    ['_count', String(count)],
    ['_sort', '-_lastUpdated'],
  ] as const;
  return name ? searchInBody<Person>('Patient', [['name', name], ...paging]) : search<Person>('Patient', paging);
}
