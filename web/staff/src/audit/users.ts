import { queryOptions, useQuery } from '@tanstack/react-query';
import { getJson } from '../data/care/requests';

export interface NamedUser {
  readonly id: string;
  readonly displayName: string;
  readonly role: string;
}

/** Everybody who has an account, at most 1,000: the audit names users by their ids. */
export const usersQuery = queryOptions({
  queryKey: ['audit-users'],
  queryFn: async () => {
    const users: NamedUser[] = [];
    let after: string | null = null;
    for (let page = 0; page < 5; page += 1) {
      const asked: string = new URLSearchParams({ limit: '200', ...(after ? { after } : {}) }).toString();
      const answer: { items: readonly NamedUser[]; next: string | null } = await getJson(`/api/admin/users?${asked}`);
      users.push(...answer.items);
      after = answer.next;
      if (after === null) break;
    }
    return users;
  },
  staleTime: 5 * 60_000,
});

export function useUserName(): (id: string) => string {
  const { data } = useQuery(usersQuery);
  const names = new Map(data?.map(({ id, displayName }) => [id, displayName]));
  return (id) => names.get(id) ?? id;
}
