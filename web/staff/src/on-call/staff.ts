import { useQuery } from '@tanstack/react-query';
import { colleaguesQuery, type Colleague } from '../data/care/colleagues';
import { useSignedInUser } from '../data/session/useSession';

/** Colleagues and the signed-in person, who may have turns too. */
export function useStaff(): readonly Colleague[] {
  const user = useSignedInUser();
  const { data = [] } = useQuery(colleaguesQuery(''));
  return user ? [{ userId: user.id, name: user.displayName, role: user.role }, ...data] : data;
}

export function useStaffName(): (userId: string) => string {
  const user = useSignedInUser();
  const names = new Map(useStaff().map(({ userId, name }) => [userId, name]));
  return (userId) => (userId === user?.id ? 'You' : (names.get(userId) ?? 'A colleague'));
}
