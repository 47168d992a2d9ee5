import { infiniteQueryOptions, queryOptions, useQueryClient } from '@tanstack/react-query';
import { getJson, sendJson } from '../data/care/requests';
import { useAction } from '../ui/useAction';
import { forgetKept } from '../ui/useKept';
import type { ClaimState } from './billingSearch';

export const stateWords: Readonly<Record<ClaimState, string>> = {
  denied: 'Denied',
  draft: 'Drafts',
  submitted: 'Submitted',
  accepted: 'Accepted',
  partially_paid: 'Partly paid',
  paid: 'Paid',
};

export interface Claim {
  readonly id: string;
  readonly patientId: string | null;
  readonly payer: string | null;
  readonly status: ClaimState;
  readonly lines: readonly { readonly code: string | null; readonly description: string | null; readonly amount: number | null }[];
  readonly total: number;
  readonly currency: string;
  readonly amountPaid?: number | null;
  readonly received?: number | null;
  readonly balance?: number | null;
  readonly reason?: string | null;
  readonly createdAt?: string | null;
  readonly updatedAt: string;
  readonly version: number;
}

interface ClaimPage {
  readonly items: readonly Claim[];
  readonly nextCursor: string | null;
}

export function claimsQuery(state: ClaimState) {
  return infiniteQueryOptions({
    queryKey: ['claims', 'list', state],
    queryFn: ({ pageParam }) =>
      getJson<ClaimPage>(`/api/claims?${new URLSearchParams({ status: state, limit: '50', ...(pageParam ? { cursor: pageParam } : {}) })}`),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}

export function claimQuery(id: string) {
  return queryOptions({ queryKey: ['claims', 'one', id], queryFn: () => getJson<Claim>(addressOf(id)) });
}

function addressOf(id: string): string {
  return `/api/claims/${encodeURIComponent(id)}`;
}

/** The insurer's answer, or sending the claim to it. */
export type ClaimStep =
  | { readonly kind: 'submit' }
  | { readonly kind: 'status'; readonly status: ClaimState; readonly reason?: string; readonly amountPaid?: number };

/** The states that may follow. */
export const nextStates: Readonly<Record<ClaimState, readonly ClaimState[]>> = {
  draft: [],
  submitted: ['accepted', 'denied', 'partially_paid', 'paid'],
  accepted: ['denied', 'partially_paid', 'paid'],
  denied: ['accepted', 'partially_paid', 'paid'],
  partially_paid: ['partially_paid', 'paid'],
  paid: [],
};

/** A step is taken from the version that the person sees; who was faster is shown, and nothing of this person was written. */
export function useClaimStep(claim: Claim, thenHere: () => void) {
  const queries = useQueryClient();
  const reload = () => void queries.invalidateQueries({ queryKey: ['claims'] });
  return useAction<ClaimStep, Claim>({
    run: ({ kind, ...said }) => sendJson('POST', `${addressOf(claim.id)}/${kind}`, { ...said, version: claim.version }),
    done: ({ kind }) => (kind === 'submit' ? 'submitted' : 'recorded'),
    about: () => 'the claim',
    onSuccess: (changed) => {
      forgetKept(`claim ${claim.id}`);
      queries.setQueryData(claimQuery(claim.id).queryKey, changed);
      reload();
    },
    thenHere,
    onError: reload,
  });
}

export function moneyText(amount: number | null | undefined, currency: string): string {
  if (amount === null || amount === undefined) return '';
  return new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(amount);
}

/** The sums of each currency: amounts of different ones are never added. */
export function totalsText(claims: readonly Claim[]): string {
  const sums = new Map<string, number>();
  for (const { currency, balance, total } of claims) sums.set(currency, (sums.get(currency) ?? 0) + Math.round((balance ?? total) * 100));
  return [...sums].map(([currency, cents]) => moneyText(cents / 100, currency)).join(' and ');
}
