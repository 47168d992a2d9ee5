import { queryOptions, useQuery } from '@tanstack/react-query';
import { may, type Permissions, type Verb } from '@vagus/client';
import { session } from './session';

/** Who is signed in and what may be offered; the same for as long as the session lives. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => session.me(),
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
