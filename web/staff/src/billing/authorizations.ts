import { infiniteQueryOptions, queryOptions, useQueryClient } from '@tanstack/react-query';
import { getJson, sendJson } from '../data/care/requests';
import { useAction } from '../ui/useAction';
import { forgetKept } from '../ui/useKept';

export type AuthorizationState = 'requested' | 'pending' | 'approved' | 'denied' | 'cancelled';

export const authorizationWords: Readonly<Record<AuthorizationState, string>> = {
  requested: 'To be sent to the insurer',
  pending: 'Waiting for the insurer',
  approved: 'Approved',
  denied: 'Denied',
  cancelled: 'Cancelled',
};

/** What an insurer is asked to agree to before it is done. */
export interface Authorization {
  readonly id: string;
  readonly patientId: string | null;
  readonly service: string | null;
  readonly payer: string | null;
  readonly status: AuthorizationState;
  readonly reason?: string | null;
  /** The insurer's number of it. */
  readonly number?: string | null;
  readonly validUntil?: string | null;
  readonly createdAt?: string | null;
  readonly updatedAt: string;
  readonly version: number;
}

export interface AuthorizationAnswer {
  readonly status: AuthorizationState;
  readonly reason?: string;
  readonly number?: string;
  readonly validUntil?: string;
}

/** The states that may follow. */
export const authorizationMoves: Readonly<Record<AuthorizationState, readonly AuthorizationState[]>> = {
  requested: ['pending', 'approved', 'denied'],
  pending: ['approved', 'denied'],
  denied: ['pending', 'approved'],
  approved: [],
  cancelled: [],
};

interface AuthorizationPage {
  readonly items: readonly Authorization[];
  readonly nextCursor: string | null;
}

const address = '/api/prior-auths';

/** All of them, the newest first: the server has no list by state. */
export const authorizationsQuery = infiniteQueryOptions({
  queryKey: ['authorizations', 'list'],
  queryFn: ({ pageParam }) =>
    getJson<AuthorizationPage>(`${address}?${new URLSearchParams({ limit: '50', ...(pageParam ? { cursor: pageParam } : {}) })}`),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.nextCursor,
});

export function authorizationQuery(id: string) {
  return queryOptions({
    queryKey: ['authorizations', 'one', id],
    queryFn: () => getJson<Authorization>(`${address}/${encodeURIComponent(id)}`),
  });
}

/** From the version that the person sees; who was faster is shown, and nothing of this person was written. */
export function useAuthorizationAnswer(authorization: Authorization, thenHere: () => void) {
  const queries = useQueryClient();
  const reload = () => void queries.invalidateQueries({ queryKey: ['authorizations'] });
  return useAction<AuthorizationAnswer, Authorization>({
    run: (answer) =>
      sendJson('POST', `${address}/${encodeURIComponent(authorization.id)}/status`, { ...answer, version: authorization.version }),
    done: () => 'recorded',
    about: () => 'the prior authorization',
    onSuccess: () => {
      forgetKept(`authorization ${authorization.id}`);
      reload();
    },
    thenHere,
    onError: reload,
  });
}
