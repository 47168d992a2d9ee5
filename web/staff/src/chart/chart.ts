import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { readUntil, type Alert } from '@vagus/client';
import { getJson } from '../data/care/requests';
import type { LabTest } from '../values/criticalValues';

export interface ChartCoding {
  readonly code: string;
  readonly system: string | null;
  readonly display: string | null;
}

export interface ChartAllergy {
  readonly id: string;
  readonly display: string | null;
  readonly code: ChartCoding | null;
  readonly criticality: string | null;
  readonly reactions: readonly string[];
  readonly recordedAt: string | null;
}

export interface ChartMedication {
  readonly id: string;
  readonly display: string | null;
  readonly dosage: string | null;
  readonly status: string;
  readonly prescribedAt: string | null;
}

export interface Vital {
  readonly value: number | string | null;
  readonly unit: string | null;
  readonly at: string | null;
}

export type Vitals = Readonly<
  Record<'heartRate' | 'bloodPressure' | 'temperature' | 'respiratoryRate' | 'oxygenSaturation' | 'weight' | 'height', Vital | null>
>;

export interface PatientChart {
  readonly patientId: string;
  readonly name: string | null;
  readonly birthDate: string | null;
  readonly age: number | null;
  readonly sex: string | null;
  readonly mrn: string | null;
  readonly allergies: readonly ChartAllergy[];
  readonly medications: readonly ChartMedication[];
  readonly latestVitals: Vitals;
  readonly activeDiagnoses: readonly { id: string; display: string | null; onset: string | null }[];
  readonly lastEncounterAt: string | null;
  readonly encounterCount: number;
  readonly pendingLabOrders: number;
  readonly pendingImagingOrders: number;
  readonly criticalAlertCount: number;
  readonly unreadResultCount: number;
  readonly criticalAlerts: readonly Alert[];
  /** The position of the log up to which it was made. */
  readonly sequence: number;
  readonly updatedAt: string;
  /** Parts that are not open to the person: their lists are empty for that reason. */
  readonly withheld: readonly string[];
  readonly truncated: readonly string[];
}

export interface Viewing {
  readonly userId: string;
  readonly at: string;
}

export interface LabResult {
  readonly id: string;
  readonly title: string | null;
  readonly status: string;
  readonly availableAt: string | null;
  readonly tests: readonly LabTest[];
  readonly hasCriticalValue: boolean;
  readonly isViewed: boolean;
  readonly viewings: readonly Viewing[];
}

export interface ImagingStudy {
  readonly id: string;
  readonly modality: string | null;
  readonly description: string | null;
  readonly startedAt: string | null;
  readonly images: readonly { readonly fileId: string | null; readonly url: string | null }[];
  readonly report: {
    readonly id: string;
    readonly status: string;
    readonly findings: string | null;
    readonly impression: string | null;
    readonly finalizedAt: string | null;
  } | null;
  readonly hasCriticalFinding: boolean;
  readonly isViewed: boolean;
  readonly viewings: readonly Viewing[];
}

export interface Medication extends ChartMedication {
  readonly dispenses: readonly { readonly at: string | null; readonly quantity: number | null; readonly by: string | null }[];
  readonly interactionWarnings: readonly Warning[];
  readonly allergyWarnings: readonly Warning[];
}

export interface Warning {
  readonly severity: string | null;
  readonly text: string | null;
}

export interface Encounter {
  readonly id: string;
  readonly status: string;
  readonly class: string | null;
  readonly type: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly reason: string | null;
  readonly diagnoses: readonly { readonly display: string | null }[];
  readonly procedures: readonly { readonly display: string | null }[];
  readonly vitals: Vitals;
  readonly orders: readonly { readonly id: string; readonly kind: string; readonly display: string | null }[];
  readonly isSigned: boolean;
}

/** The lists of a chart, and what is in them. */
export interface ChartLists {
  labs: LabResult;
  imaging: ImagingStudy;
  medications: Medication;
  encounters: Encounter;
}

interface ChartPage<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** By patient: the position of the log that a chart has to have reached. */
const wanted = new Map<string, number>();
/** A chart that is behind after these is said to be, and loaded again (`ChartReload`). */
const mostReads = 6;

/** From now on the chart of this patient is loaded until it holds this change. */
export function wantPosition(patientId: string, sequence: number): void {
  wanted.set(patientId, Math.max(sequence, wanted.get(patientId) ?? 0));
}

/** Whether a chart holds every change that is known of. */
export function hasReached({ patientId, sequence }: Pick<PatientChart, 'patientId' | 'sequence'>): boolean {
  return sequence >= (wanted.get(patientId) ?? 0);
}

export function forgetPositions(patientId: string): void {
  wanted.delete(patientId);
}

export function chartQuery(patientId: string, asOf: string | undefined) {
  return queryOptions({
    queryKey: ['patient', patientId, 'chart', asOf ?? 'now'] as const,
    queryFn: async ({ signal }): Promise<PatientChart> => {
      const address = `${addressOf(patientId)}${asOf ? `?${new URLSearchParams({ asOf })}` : ''}`;
      const read = () => getJson<PatientChart>(address, signal);
      return asOf ? read() : readUntil(read, () => wanted.get(patientId) ?? 0, mostReads);
    },
  });
}

export function chartListQuery<Name extends keyof ChartLists>(patientId: string, list: Name, asOf: string | undefined) {
  return infiniteQueryOptions({
    queryKey: ['patient', patientId, 'list', list, asOf ?? 'now'] as const,
    queryFn: ({ pageParam, signal }): Promise<ChartPage<ChartLists[Name]>> => {
      const query = new URLSearchParams({ limit: '100', ...(asOf ? { asOf } : {}), ...(pageParam ? { cursor: pageParam } : {}) });
      return getJson(`${addressOf(patientId)}/${list}?${query}`, signal);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}

export function addressOf(patientId: string): string {
  return `/api/aggregate/patients/${encodeURIComponent(patientId)}`;
}
