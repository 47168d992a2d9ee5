import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Notification } from '@vagus/client';
import { getJson, sendJson } from '../data/care/requests';
import { oneOf, read, readPageWithIncluded, search, searchWithIncluded, type Parameters } from '../data/fhir/requests';
import type { DiagnosticReport, Observation } from '../data/fhir/resources';
import { referenceId } from '../data/fhir/words';
import { gravestFlag, severityOfFlag } from '../values/resultFlags';
import { isVoid } from '../values/resultWords';
import type { ReportKind } from './resultsSearch';

const perPage = '30';

interface NotificationPage {
  readonly items: readonly Notification[];
  readonly nextCursor: string | null;
}

/**
 * What waits for this person's review: the results that the person was told of and has not marked as reviewed, the newest first. What
 * was read among the notifications still waits.
 */
export const toReviewQuery = infiniteQueryOptions({
  queryKey: ['results', 'to-review'],
  queryFn: ({ pageParam }) => {
    const paging = new URLSearchParams({ toReview: 'true', limit: '100', ...(pageParam ? { cursor: pageParam } : {}) });
    return getJson<NotificationPage>(`/api/notifications?${paging}`);
  },
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.nextCursor,
  select: ({ pages }) => pages.flatMap(({ items }) => items),
});

export function markReviewed(notificationId: string): Promise<unknown> {
  return sendJson('POST', `/api/notifications/${encodeURIComponent(notificationId)}/review`, {});
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
      if (pageParam !== null) return readPageWithIncluded<DiagnosticReport>(pageParam, signal);
      return searchWithIncluded<DiagnosticReport>('DiagnosticReport', parameters);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

const reportsAtOnce = 30;

/** What is known of the reports of a list: each with its values, what is critical first. */
export type ReportsById = ReadonlyMap<string, WholeReport>;

/** The reports that a list names, by a search: only opening one is a viewing. */
export function reportsQuery(reportIds: readonly string[], withValues: boolean) {
  const wanted = [...new Set(reportIds)].sort();
  const parts = Array.from({ length: Math.ceil(wanted.length / reportsAtOnce) }, (_, part) =>
    wanted.slice(part * reportsAtOnce, (part + 1) * reportsAtOnce),
  );
  return queryOptions({
    queryKey: ['results', 'of-list', wanted, withValues],
    queryFn: async (): Promise<ReportsById> => {
      const pages = await Promise.all(parts.map((ids) => searchWithIncluded<DiagnosticReport>('DiagnosticReport', [
        ['_id', oneOf(ids)],
        ['_count', String(reportsAtOnce)],
        ...(withValues ? [['_include', 'DiagnosticReport:result'] as const] : []),
      ])));
      return new Map(pages.flatMap(({ resources, included }) =>
        resources.map((report) => [report.id ?? '', { report, values: valuesOf(report, included) }] as const)));
    },
    enabled: wanted.length > 0,
    placeholderData: (before) => before,
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

/** The gravest flag of the laboratory. What was taken back has none. */
export function flagOf(value: Observation): string | null {
  return isVoid(value.status) ? null : gravestFlag(value.interpretation);
}

export function valueRange({ referenceRange }: Observation): string | null {
  const range = referenceRange?.[0];
  if (!range) return null;
  const [low, high] = [range.low?.value, range.high?.value];
  if (low !== undefined && high !== undefined) return `${low}-${high}`;
  if (low !== undefined) return `>=${low}`;
  return high === undefined ? (range.text ?? null) : `<=${high}`;
}

type Included = readonly { id?: string; resourceType: string }[];

/** The values of a report: what is critical first, then what is out of range, then the rest as the report has it. */
export function valuesOf(report: DiagnosticReport, included: Included): Observation[] {
  const ids = (report.result ?? []).map((reference) => referenceId(reference, 'Observation'));
  const values = included.filter(({ id, resourceType }) => resourceType === 'Observation' && ids.includes(id ?? '')) as Observation[];
  return values.sort((one, other) => weightOf(other) - weightOf(one) || ids.indexOf(one.id ?? '') - ids.indexOf(other.id ?? ''));
}

/** What stands out in a report: what is critical first. */
export function standOut(report: DiagnosticReport, included: Included): Observation[] {
  return valuesOf(report, included).filter((value) => weightOf(value) > 0);
}

function weightOf(value: Observation): number {
  const severity = severityOfFlag(flagOf(value) ?? '');
  return severity === 'critical' ? 2 : severity === 'abnormal' ? 1 : 0;
}
