import { infiniteQueryOptions, queryOptions, useQueryClient } from '@tanstack/react-query';
import { Problem } from '@vagus/client';
import { getJson, sendJson } from '../data/care/requests';
import { dateText } from '../time/words';
import { Told } from '../ui/failures';
import { useAction } from '../ui/useAction';

export type BiopsyStatus = 'ordered' | 'collected' | 'sent' | 'resulted' | 'reviewed' | 'cancelled';

export interface Biopsy {
  readonly id: string;
  readonly patientId: string | null;
  readonly patientName: string | null;
  readonly providerName: string | null;
  readonly site: string | null;
  readonly procedure: string | null;
  readonly status: BiopsyStatus;
  readonly specimen?: string | null;
  readonly orderedAt?: string | null;
  readonly collectedAt?: string | null;
  readonly sentAt?: string | null;
  readonly result?: {
    readonly diagnosis: string | null;
    readonly isMalignant: boolean | null;
    readonly report: string | null;
    readonly pathologist: string | null;
    readonly issuedAt: string | null;
  } | null;
  readonly review?: {
    readonly decision: string | null;
    readonly note: string | null;
    readonly reviewedByName: string | null;
    readonly reviewedAt: string | null;
  } | null;
  readonly dueAt?: string | null;
  readonly overdue?: 'result' | 'review' | null;
  readonly version: number;
}

interface BiopsyPage {
  readonly items: readonly Biopsy[];
  readonly nextCursor: string | null;
}

export function biopsiesQuery(overdue: boolean) {
  return infiniteQueryOptions({
    queryKey: ['biopsies', 'list', overdue],
    queryFn: ({ pageParam }) => {
      const asked = { limit: '50', ...(overdue ? { overdue: 'true' } : {}), ...(pageParam ? { cursor: pageParam } : {}) };
      return getJson<BiopsyPage>(`/api/biopsies?${new URLSearchParams(asked)}`);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}

export function biopsyQuery(id: string) {
  return queryOptions({ queryKey: ['biopsies', 'one', id], queryFn: () => getJson<Biopsy>(addressOf(id)) });
}

function addressOf(id: string): string {
  return `/api/biopsies/${encodeURIComponent(id)}`;
}

/** What a person does with a biopsy. */
export type BiopsyStep =
  | { readonly kind: 'status'; readonly status: 'collected' | 'sent' | 'cancelled' }
  | { readonly kind: 'review'; readonly decision: string; readonly note?: string }
  | { readonly kind: 'result'; readonly diagnosis: string; readonly isMalignant: boolean; readonly report?: string };

const done = { collected: 'marked as taken', sent: 'marked as sent', cancelled: 'cancelled' } as const;

/** A step is taken from the version that the person sees; who was faster is shown, and nothing of this person was written. */
export function useBiopsyStep(biopsy: Biopsy, thenHere: (step: BiopsyStep) => void) {
  const queries = useQueryClient();
  const reload = () => void queries.invalidateQueries({ queryKey: ['biopsies'] });
  return useAction<BiopsyStep, Biopsy>({
    run: (step) => take(biopsy, step),
    done: (step) => (step.kind === 'status' ? done[step.status] : step.kind === 'review' ? 'signed' : 'recorded'),
    about: () => `biopsy of ${biopsy.patientName ?? 'the patient'}`,
    onSuccess: (changed) => {
      queries.setQueryData(biopsyQuery(biopsy.id).queryKey, changed);
      reload();
    },
    thenHere: (_changed, step) => thenHere(step),
    onError: reload,
  });
}

async function take({ id, version }: Biopsy, { kind, ...said }: BiopsyStep): Promise<Biopsy> {
  const body = { ...said, version };
  try {
    return kind === 'status' ? await sendJson('PUT', addressOf(id), body) : await sendJson('POST', `${addressOf(id)}/${kind}`, body);
  } catch (error) {
    throw told(error);
  }
}

function told(error: unknown): unknown {
  if (!(error instanceof Problem)) return error;
  const text = refusals[error.code];
  return text ? new Told(text) : error;
}

const refusals: Readonly<Record<string, string>> = {
  no_practitioner: 'Your sign-in is not linked to a practitioner, so it cannot sign. Ask your administrator.',
  already_reviewed: 'A colleague has signed this result. Nothing of yours was written.',
};

export interface Step {
  readonly text: string;
  readonly at: string | null;
  readonly isDone: boolean;
}

/** The way of a biopsy, as far as it has come. */
export function stepsOf(biopsy: Biopsy): readonly Step[] {
  const order: readonly BiopsyStatus[] = ['ordered', 'collected', 'sent', 'resulted', 'reviewed'];
  const reached = order.indexOf(biopsy.status);
  const times = [biopsy.orderedAt, biopsy.collectedAt, biopsy.sentAt, biopsy.result?.issuedAt, biopsy.review?.reviewedAt];
  return ['Ordered', 'Taken', 'Sent to the laboratory', 'Result', 'Reviewed'].map((text, index) => ({
    text,
    at: times[index] ?? null,
    isDone: index <= reached || (times[index] ?? null) !== null,
  }));
}

const statusWords: Readonly<Record<BiopsyStatus, string>> = {
  ordered: 'Ordered',
  collected: 'Taken',
  sent: 'Sent to the laboratory',
  resulted: 'Waits for a review',
  reviewed: 'Reviewed',
  cancelled: 'Cancelled',
};

export function statusText({ status }: Biopsy): string {
  return statusWords[status] ?? status;
}

/** Since when it waits too long, and for what. */
export function overdueText({ overdue, dueAt }: Biopsy): string | null {
  if (!overdue) return null;
  const since = dueAt ? ` since ${dateText(dueAt)}` : '';
  return overdue === 'result' ? `Result overdue${since}` : `Review overdue${since}`;
}
