import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Notification } from '@vagus/client';
import { getJson, sendJson } from '../data/care/requests';
import { oneOf, read, readPage, search, searchWithIncluded, type Parameters } from '../data/fhir/requests';
import type { DiagnosticReport, Observation } from '../data/fhir/resources';
import { conceptCode, referenceId } from '../data/fhir/words';
import type { ReportKind } from './resultsSearch';

/** Results that this person was told of. */
const resultNotices = ['lab_result_available', 'radiology_report_finalized', 'biopsy_result'];
const perPage = '30';

interface NotificationPage {
  readonly items: readonly Notification[];
  readonly nextCursor: string | null;
}

/** What waits for this person's review: the results that the person was told of and has not marked as reviewed, the newest first. */
export const toReviewQuery = infiniteQueryOptions({
  queryKey: ['results', 'to-review'],
  queryFn: ({ pageParam }) => {
    const paging = new URLSearchParams({ unread: 'true', limit: '100', ...(pageParam ? { cursor: pageParam } : {}) });
    return getJson<NotificationPage>(`/api/notifications?${paging}`);
  },
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.nextCursor,
  select: ({ pages }) => pages.flatMap(({ items }) => items.filter(({ type }) => resultNotices.includes(type))),
});

export function markReviewed(notificationId: string): Promise<unknown> {
  return sendJson('POST', `/api/notifications/${encodeURIComponent(notificationId)}/read`, {});
}

/** The latest available results of everybody, with their values where the person reads those. */
export function latestQuery(kind: ReportKind | 'all', withValues: boolean) {
  const parameters: Parameters = [
    ['status', 'final,amended,corrected,appended'],
    ...(kind === 'all' ? [] : [['category', kind] as const]),
    ['_sort', '-issued'],
    ['_count', perPage],
    ...(withValues ? [['_include', 'DiagnosticReport:result'] as const] : []),
  ];
  return infiniteQueryOptions({
    queryKey: ['results', 'latest', kind],
    queryFn: async ({ pageParam, signal }) => {
      if (pageParam !== null) return { ...(await readPage<DiagnosticReport>(pageParam, signal)), included: [] };
      return searchWithIncluded<DiagnosticReport>('DiagnosticReport', parameters);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

export interface WholeReport {
  readonly report: DiagnosticReport;
  readonly values: readonly Observation[];
}

/** Reading the report is opening it: the server records who has seen it. */
export function reportQuery(reportId: string, withValues: boolean) {
  return queryOptions({
    queryKey: ['results', 'report', reportId],
    queryFn: async (): Promise<WholeReport> => {
      const report = await read<DiagnosticReport>('DiagnosticReport', reportId);
      const ids = (report.result ?? []).flatMap((reference) => referenceId(reference, 'Observation') ?? []);
      if (!withValues || ids.length === 0) return { report, values: [] };
      const { resources } = await search<Observation>('Observation', [['_id', oneOf(ids)], ['_count', '200']]);
      return { report, values: resources.sort((one, other) => ids.indexOf(one.id ?? '') - ids.indexOf(other.id ?? '')) };
    },
  });
}

/** The flag of the laboratory. */
export function flagOf(value: Observation): string | null {
  return conceptCode(value.interpretation?.[0]) ?? null;
}

export function valueRange({ referenceRange }: Observation): string | null {
  const range = referenceRange?.[0];
  if (!range) return null;
  const [low, high] = [range.low?.value, range.high?.value];
  if (low !== undefined && high !== undefined) return `${low}-${high}`;
  if (low !== undefined) return `>=${low}`;
  return high === undefined ? (range.text ?? null) : `<=${high}`;
}

const grave = ['HH', 'LL', 'AA'];
const unusual = [...grave, 'H', 'L', 'A', 'HU', 'LU', 'POS'];

/** What stands out in a report: what is critical first. */
export function standOut(report: DiagnosticReport, included: readonly { id?: string; resourceType: string }[]): Observation[] {
  const ids = (report.result ?? []).map((reference) => referenceId(reference, 'Observation'));
  const values = included.filter(({ id, resourceType }) => resourceType === 'Observation' && ids.includes(id ?? '')) as Observation[];
  const flagged = values.filter((value) => unusual.includes(flagOf(value) ?? ''));
  return flagged.sort((one, other) => Number(grave.includes(flagOf(other) ?? '')) - Number(grave.includes(flagOf(one) ?? '')));
}
