import { useQuery } from '@tanstack/react-query';
import { oneOf, searchInBody } from './requests';
import type { Person } from './resources';

/** The patients of a list, read together: their names stand beside everything that is decided about them. */
export function usePatientsById(ids: readonly (string | null | undefined)[]): ReadonlyMap<string, Person> {
  const wanted = [...new Set(ids.filter((id) => typeof id === 'string'))].sort();
  const { data } = useQuery({
    queryKey: ['patients', 'by-id', wanted],
    queryFn: async () => (await searchInBody<Person>('Patient', [['_id', oneOf(wanted)], ['_count', '200']])).resources,
    enabled: wanted.length > 0,
    staleTime: 5 * 60_000,
    placeholderData: (before) => before,
  });
  return new Map(data?.map((person) => [person.id ?? '', person]));
}
