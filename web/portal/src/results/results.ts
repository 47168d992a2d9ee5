import { infiniteQueryOptions } from '@tanstack/react-query';
import { readUntil } from '@vagus/client';
import { ask, askChart, queryOf } from '../data/ask';
import type { Portal } from '../data/portal';

export interface LabTest {
  readonly name: string | null;
  readonly value: number | null;
  readonly valueText: string | null;
  readonly unit: string | null;
  readonly range: string | null;
  readonly interpretation: string | null;
  readonly isCritical: boolean;
}

interface LabResult {
  readonly id: string;
  readonly title: string | null;
  readonly status: string;
  readonly availableAt: string | null;
  readonly tests: readonly LabTest[];
  readonly isViewed: boolean;
}

interface ImagingStudy {
  readonly id: string;
  readonly description: string | null;
  readonly startedAt: string | null;
  readonly report: {
    readonly id: string;
    readonly status: string;
    readonly findings: string | null;
    readonly impression: string | null;
    readonly finalizedAt: string | null;
  } | null;
  readonly isViewed: boolean;
}

/** A laboratory result, or the report of an imaging study. Both are there only once the clinic has released them. */
export type Result = {
  readonly id: string;
  readonly title: string | null;
  readonly availableAt: string | null;
  /** It replaces one that was told before. */
  readonly isChanged: boolean;
  readonly isViewed: boolean;
} & (
  | { readonly kind: 'lab'; readonly tests: readonly LabTest[] }
  | { readonly kind: 'imaging'; readonly findings: string | null; readonly impression: string | null }
);

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

interface Cursors {
  /** Null: there are no more. */
  readonly labs: string | null;
  readonly imaging: string | null;
}

const first = '';

export function resultsQuery(portal: Portal, patientId: string | null) {
  return infiniteQueryOptions({
    queryKey: ['results', patientId],
    enabled: patientId !== null,
    queryFn: ({ pageParam }) => readPage(portal, patientId ?? '', pageParam),
    initialPageParam: { labs: first, imaging: first } as Cursors,
    getNextPageParam: ({ next }) => (next.labs === null && next.imaging === null ? null : next),
  });
}

/** Nothing else says that the list is behind: it is waited for, for ten seconds. */
const mostReads = 12;

async function readPage(portal: Portal, patientId: string, from: Cursors): Promise<{ items: readonly Result[]; next: Cursors }> {
  const { items, next } = await readUntil(() => readOnce(portal, patientId, from), () => portal.told, mostReads);
  return { items, next };
}

async function readOnce(portal: Portal, patientId: string, from: Cursors) {
  const address = `/api/aggregate/patients/${encodeURIComponent(patientId)}`;
  const [labs, imaging] = await Promise.all([
    readList<LabResult>(portal, `${address}/labs`, from.labs),
    readList<ImagingStudy>(portal, `${address}/imaging`, from.imaging),
  ]);
  return {
    items: [...labs.items.map(ofLab), ...imaging.items.flatMap(ofImaging)].map((result) => withOpened(portal, result)),
    next: { labs: labs.nextCursor, imaging: imaging.nextCursor },
    sequence: Math.min(labs.sequence, imaging.sequence),
  };
}

async function readList<Item>(portal: Portal, address: string, cursor: string | null): Promise<Page<Item> & { sequence: number }> {
  if (cursor === null) return { items: [], nextCursor: null, sequence: Infinity };
  const { answer, sequence } = await askChart<Page<Item>>(portal.session, address + queryOf({ cursor: cursor === first ? null : cursor }));
  return { ...answer, sequence };
}

const changed: ReadonlySet<string> = new Set(['amended', 'corrected', 'appended']);

function ofLab({ id, title, status, availableAt, tests, isViewed }: LabResult): Result {
  return { kind: 'lab', id, title, availableAt, isChanged: changed.has(status), isViewed, tests };
}

/** A study without a released report has nothing to say to the patient yet. */
function ofImaging({ description, report, isViewed }: ImagingStudy): Result[] {
  if (!report) return [];
  const { id, status, findings, impression, finalizedAt } = report;
  const isChanged = changed.has(status);
  return [{ kind: 'imaging', id, title: description, availableAt: finalizedAt, isChanged, isViewed, findings, impression }];
}

export function newestFirst(results: readonly Result[]): readonly Result[] {
  return results.toSorted((one, other) => instantOf(other) - instantOf(one));
}

/** Laboratories write their instants in different time zones: as texts they have no order. Without one a result comes last. */
function instantOf({ availableAt }: Result): number {
  return availableAt === null ? 0 : Date.parse(availableAt) || 0;
}

/** The chart hears of an opening a moment later than it is told: a result that was opened here is not new, whatever the list still says. */
function withOpened(portal: Portal, result: Result): Result {
  return portal.opened.has(openedAs(result)) ? { ...result, isViewed: true } : result;
}

/** A correction is another one, and new. */
function openedAs({ kind, id, availableAt, isChanged }: Result): string {
  return JSON.stringify([kind, id, availableAt, isChanged]);
}

/** The result is before the person's eyes: the clinic sees that it was opened, and it is not new any more. */
export async function tellViewed(portal: Portal, patientId: string, result: Result): Promise<void> {
  const { kind, id } = result;
  if (kind === 'imaging') await ask(portal.session, 'GET', `/fhir/DiagnosticReport/${encodeURIComponent(id)}`);
  else await ask(portal.session, 'POST', `/api/aggregate/patients/${encodeURIComponent(patientId)}/labs/${encodeURIComponent(id)}/viewed`);
  portal.opened.add(openedAs(result));
}
