import { queryOptions, useQuery } from '@tanstack/react-query';
import { getJson } from './requests';

/** Somebody of the staff whom one can write to or hand something to. */
export interface Colleague {
  readonly userId: string;
  readonly name: string;
  readonly role: string;
}

interface Recipient {
  readonly kind: 'person' | 'pool';
  readonly name: string;
  readonly role: string;
  readonly userId: string | null;
}

/** Those whose name fits, at most 50; asked only where somebody is to be chosen or named. */
export function colleaguesQuery(typed: string) {
  return queryOptions({
    queryKey: ['colleagues', typed] as const,
    queryFn: async (): Promise<readonly Colleague[]> => {
      const { items } = await getJson<{ items: readonly Recipient[] }>(`/api/messages/recipients?${new URLSearchParams({ q: typed })}`);
      return items.flatMap(({ kind, userId, name, role }) => (kind === 'person' && userId !== null ? [{ userId, name, role }] : []));
    },
    staleTime: 5 * 60_000,
  });
}

/** Names of users by their ids, as far as they are known. */
export function useNames(wanted: boolean): ReadonlyMap<string, string> {
  const { data } = useQuery({ ...colleaguesQuery(''), enabled: wanted });
  return new Map(data?.map(({ userId, name }) => [userId, name]));
}
