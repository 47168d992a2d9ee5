import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { isStale, type ResourceUpdate } from '@vagus/client';
import { searchAll, type Parameters } from '../data/fhir/requests';
import type {
  AllergyIntolerance,
  Appointment,
  Condition,
  Observation,
  Resource,
} from '../data/fhir/resources';
import { instantOf } from '../time/instants';
import { dayOf, startOf, today } from '../time/days';
import { highlight } from '../ui/changes';
import { isVoid } from '../values/resultWords';

/**
 * A part of a patient's record that the chart does not hold: appointments, values that no report names, what is over. It says what is
 * asked for, what belongs to it, and in which order it stands.
 */
export interface RecordPart<T extends Resource> {
  readonly type: string;
  readonly parameters: () => Parameters;
  readonly belongs: (resource: T) => boolean;
  /** The greatest stands first, compared number by number. */
  readonly sortKey: (resource: T) => readonly number[];
}

/** Sorted here, by clinical time; where there is more than is loaded, what was written last is what is loaded. */
const newestFirst = [
  ['_sort', '-_lastUpdated'],
  ['_count', '200'],
] as const;
const pages = 5;
/** As many of one part as are ever loaded. */
export const loadedAtMost = pages * 200;

const notAnError = (status: string | undefined) => status !== 'entered-in-error';

export const allergies: RecordPart<AllergyIntolerance> = {
  type: 'AllergyIntolerance',
  parameters: () => newestFirst,
  belongs: (allergy) => notAnError(allergy.verificationStatus?.coding?.[0]?.code),
  sortKey: (allergy) => [Number(isActive(allergy)), Number(allergy.criticality === 'high'), instantOf(allergy.recordedDate)],
};

export const conditions: RecordPart<Condition> = {
  type: 'Condition',
  parameters: () => newestFirst,
  belongs: (condition) => notAnError(condition.verificationStatus?.coding?.[0]?.code),
  sortKey: (condition) => [Number(isActive(condition)), instantOf(condition.onsetDateTime ?? condition.recordedDate)],
};

export const labs: RecordPart<Observation> = {
  type: 'Observation',
  parameters: () => [['category', 'laboratory'], ...newestFirst],
  belongs: (observation) => !isVoid(observation.status) && isLaboratory(observation),
  sortKey: (observation) => [instantOf(observation.effectiveDateTime ?? observation.issued)],
};

export const appointmentsFromToday: RecordPart<Appointment> = {
  type: 'Appointment',
  parameters: () => [['date', `ge${startOf(today()).toISOString()}`], ...newestFirst],
  belongs: (appointment) => (appointment.start ? dayOf(new Date(appointment.start)) : '') >= today(),
  // The next one first, one without a time last.
  sortKey: ({ start }) => (start ? [-instantOf(start)] : [Number.NEGATIVE_INFINITY]),
};

const parts = [allergies, conditions, labs, appointmentsFromToday] as RecordPart<Resource>[];

export function recordQuery<T extends Resource>(part: RecordPart<T>, patientId: string) {
  return queryOptions({
    queryKey: ['patient', patientId, part.type] as const,
    queryFn: async () => {
      const loaded = await searchAll<T>(part.type, [['patient', patientId], ...part.parameters()], pages);
      return loaded.filter(part.belongs).sort(bySortKey(part));
    },
  });
}

/** Shows one change of the record; an older version never replaces a newer one. */
export function applyToRecord(queries: QueryClient, patientId: string, update: ResourceUpdate): void {
  const key = `${update.resourceType}/${update.resourceId}`;
  const part = parts.find((candidate) => candidate.type === update.resourceType);
  if (part) applyToPart(queries, patientId, part, update);
  highlight(key, update.action === 'created' ? 'new' : 'changed');
}

function applyToPart(queries: QueryClient, patientId: string, part: RecordPart<Resource>, update: ResourceUpdate): boolean {
  const { queryKey } = recordQuery(part, patientId);
  const shown = queries.getQueryData(queryKey);
  const incoming = update.resource as Resource | null;
  const isLoading = queries.isFetching({ queryKey, exact: true }) > 0;
  // A search under way may answer with the state before this change.
  if (isLoading || (incoming === null && update.action !== 'deleted')) void queries.invalidateQueries({ queryKey, exact: true });
  if (!shown) return false;
  const before = shown.find((resource) => resource.id === update.resourceId);
  if (before && isStale(before.meta?.versionId, update.versionId)) return false;
  const others = shown.filter((resource) => resource.id !== update.resourceId);
  if (update.action === 'deleted') queries.setQueryData(queryKey, others);
  else if (incoming && part.belongs(incoming)) queries.setQueryData(queryKey, [...others, incoming].sort(bySortKey(part)));
  else if (incoming && before) queries.setQueryData(queryKey, others);
  else return false;
  return true;
}

export function isActive(resource: { clinicalStatus?: { coding?: { code?: string }[] } }): boolean {
  const code = resource.clinicalStatus?.coding?.[0]?.code;
  return code === undefined || code === 'active' || code === 'recurrence' || code === 'relapse';
}

function isLaboratory(observation: Observation & { category?: { coding?: { code?: string }[] }[] }): boolean {
  return (observation.category ?? []).some((category) => category.coding?.some((coding) => coding.code === 'laboratory'));
}

function bySortKey<T extends Resource>(part: RecordPart<T>): (one: T, other: T) => number {
  return (one, other) => greatestFirst(part.sortKey(one), part.sortKey(other));
}

function greatestFirst(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((number, index) => number !== other[index]);
  return at < 0 ? 0 : one[at]! > other[at]! ? -1 : 1;
}
