import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Notification } from '@vagus/client';
import { getJson, sendJson } from '../data/care/requests';
import { oneOf, read, readPageWithIncluded, search, searchWithIncluded, type Parameters } from '../data/fhir/requests';
import type { DiagnosticReport, Observation } from '../data/fhir/resources';
import { referenceId } from '../data/fhir/words';
import { measuredBy, severityOf, shownFlag } from '../values/measured';
import { partsOf } from '../values/parts';
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

/** What is known of the reports of a list: each with its values. */
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
      return { report, values: valuesOf(report, resources) };
    },
  });
}

/** Whether the server holds a value to be critical. The record itself does not say it. */
export type IsCritical = (value: Observation) => boolean;

/** The flag of the laboratory, or what follows from the range and from the limits of the clinic. What was taken back has none. */
export function flagOf(value: Observation, isCritical: IsCritical): string | null {
  return isVoid(value.status) ? null : shownFlag(measuredBy(value, isCritical(value)));
}

type Included = readonly { id?: string; resourceType: string }[];

/** The values of a report, as the report has them: a line for each component. */
export function valuesOf(report: DiagnosticReport, included: Included): Observation[] {
  const ids = (report.result ?? []).map((reference) => referenceId(reference, 'Observation'));
  const values = included.filter(({ id, resourceType }) => resourceType === 'Observation' && ids.includes(id ?? '')) as Observation[];
  return values.toSorted((one, other) => ids.indexOf(one.id ?? '') - ids.indexOf(other.id ?? '')).flatMap(partsOf);
}

/** What is critical first, then what is out of range, then the rest as the report has it. */
export function gravestFirst(values: readonly Observation[], isCritical: IsCritical): Observation[] {
  return values.toSorted((one, other) => weightOf(other, isCritical) - weightOf(one, isCritical));
}

/** What stands out in a report: what is critical first. */
export function standOut(report: DiagnosticReport, included: Included, isCritical: IsCritical): Observation[] {
  return gravestFirst(valuesOf(report, included), isCritical).filter((value) => weightOf(value, isCritical) > 0);
}

function weightOf(value: Observation, isCritical: IsCritical): number {
  if (isVoid(value.status)) return 0;
  return { critical: 2, abnormal: 1, normal: 0 }[severityOf(measuredBy(value, isCritical(value)))];
}
