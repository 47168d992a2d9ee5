import { useQuery, queryOptions } from '@tanstack/react-query';
import { roleText } from '../data/session/roleWords';
import { useSignedInUser } from '../data/session/useSession';
import { findColleagues, readOptions } from './threadRequests';

export function colleaguesQuery(typed: string) {
  return queryOptions({ queryKey: ['inbox-people', typed], queryFn: () => findColleagues(typed), staleTime: 600_000 });
}

export const optionsQuery = queryOptions({ queryKey: ['inbox-options'], queryFn: readOptions, staleTime: 600_000 });

/** The name of somebody by id, or what the role is called where the name is not known. */
export function useNameOf(): (userId: string, role?: string) => string {
  const me = useSignedInUser();
  const { data = [] } = useQuery(colleaguesQuery(''));
  return (userId, role) => {
    if (userId === me?.id) return 'You';
    const known = data.find((one) => one.userId === userId)?.name;
    if (known) return known;
    if (role === 'service') return 'Automatic answer';
    return role ? roleText(role) : 'A colleague';
  };
}

export function useMe(): string {
  return useSignedInUser()?.id ?? '';
}
