import { isId } from '../data/ids';

export const claimStates = ['denied', 'draft', 'submitted', 'accepted', 'partially_paid', 'paid'] as const;
export type ClaimState = (typeof claimStates)[number];

export interface BillingSearch {
  /** Denied ones without it. */
  state?: ClaimState;
  /** Prior authorizations in place of claims. */
  view?: 'authorizations';
  open?: string;
}

/** Checked on the way in: what is wrong is dropped. */
export function readBillingSearch(search: Record<string, unknown>): BillingSearch {
  const state = claimStates.slice(1).find((each) => each === search['state']);
  const kind = search['view'] === 'authorizations' ? ({ view: 'authorizations' } as const) : state ? { state } : {};
  return { ...kind, ...(isId(search['open']) ? { open: search['open'] } : {}) };
}
