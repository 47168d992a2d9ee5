import type { Encounter, ImagingStudy, LabResult, Medication } from './chart';
import type { ChartView } from './chartSearch';
import { severityOf } from '../values/measured';
import { measuredIn } from './trends';

export type TimelineKind = 'encounter' | 'lab' | 'imaging' | 'medication' | 'dispense';

export interface TimelineEntry {
  readonly key: string;
  readonly kind: TimelineKind;
  readonly at: string;
  readonly title: string;
  readonly detail: string;
  readonly isCritical: boolean;
  /** Where the whole of it is. */
  readonly view: ChartView;
  readonly open: string;
}

/** What of a list is loaded; `hasOlder`: there is more behind its last item. */
interface Loaded<T> {
  readonly items: readonly T[] | null;
  readonly hasOlder: boolean;
}

export interface TimelineLists {
  readonly labs: Loaded<LabResult>;
  readonly imaging: Loaded<ImagingStudy>;
  readonly medications: Loaded<Medication>;
  readonly encounters: Loaded<Encounter>;
}

export interface Timeline {
  /** The newest first. */
  readonly entries: readonly TimelineEntry[];
  /** Entries from here on are complete; null where everything is loaded. */
  readonly completeFrom: string | null;
}

/**
 * One line of what happened, out of lists that reach back differently far: it ends where the first of them ends, for behind that point
 * something might be missing without a sign of it.
 */
export function timelineOf(lists: TimelineLists): Timeline {
  const parts = [
    { all: (lists.encounters.items ?? []).map(ofEncounter), hasOlder: lists.encounters.hasOlder },
    { all: (lists.labs.items ?? []).map(ofLab), hasOlder: lists.labs.hasOlder },
    { all: (lists.imaging.items ?? []).map(ofImaging), hasOlder: lists.imaging.hasOlder },
    { all: (lists.medications.items ?? []).map(ofPrescription), hasOlder: lists.medications.hasOlder },
  ];
  const ends = parts.flatMap(({ all, hasOlder }) => (hasOlder ? [all.filter(({ at }) => at !== '').at(-1)?.at ?? ''] : []));
  const completeFrom = ends.length === 0 ? null : ends.reduce((one, other) => (instantOf(one) > instantOf(other) ? one : other));
  const dispenses = (lists.medications.items ?? []).flatMap(ofDispenses);
  const entries = [...parts.flatMap(({ all }) => all), ...dispenses]
    .filter(({ at }) => at !== '' && (completeFrom === null || instantOf(at) >= instantOf(completeFrom)))
    .sort((one, other) => instantOf(other.at) - instantOf(one.at));
  return { entries, completeFrom };
}

/** Days, months and years without a time stand at their beginning. */
function instantOf(at: string): number {
  const instant = Date.parse(at);
  return Number.isNaN(instant) ? 0 : instant;
}

function ofEncounter(encounter: Encounter): TimelineEntry {
  const found = encounter.diagnoses.flatMap(({ display }) => (display ? [display] : []));
  return {
    key: `encounter ${encounter.id}`,
    kind: 'encounter',
    at: encounter.startedAt ?? '',
    title: encounter.type ?? 'Visit',
    detail: [encounter.reason, ...found].filter(Boolean).join(', '),
    isCritical: false,
    view: 'encounters',
    open: encounter.id,
  };
}

function ofLab(report: LabResult): TimelineEntry {
  const count = report.tests.length;
  const outside = measuredIn(report).filter((test) => severityOf(test) !== 'normal').length;
  return {
    key: `lab ${report.id}`,
    kind: 'lab',
    at: report.availableAt ?? '',
    title: report.title ?? 'Lab result',
    detail: outside > 0 ? `${outside} of ${count} values outside of the range` : count === 1 ? '1 value' : `${count} values`,
    isCritical: report.hasCriticalValue,
    view: 'results',
    open: report.id,
  };
}

function ofImaging(study: ImagingStudy): TimelineEntry {
  return {
    key: `imaging ${study.id}`,
    kind: 'imaging',
    at: study.startedAt ?? study.report?.finalizedAt ?? '',
    title: study.description ?? study.modality ?? 'Imaging study',
    detail: study.report?.impression ?? (study.report ? 'Report without an impression' : 'No report yet'),
    isCritical: study.hasCriticalFinding,
    view: 'imaging',
    open: study.id,
  };
}

function ofPrescription(medication: Medication): TimelineEntry {
  return {
    key: `medication ${medication.id}`,
    kind: 'medication',
    at: medication.prescribedAt ?? '',
    title: medication.display ?? 'Medication not named',
    detail: ['Prescribed', medication.dosage].filter(Boolean).join(': '),
    isCritical: false,
    view: 'medications',
    open: medication.id,
  };
}

function ofDispenses(medication: Medication): TimelineEntry[] {
  return medication.dispenses.map(({ at, quantity, by }, index) => ({
    ...ofPrescription(medication),
    key: `dispense ${medication.id} ${index}`,
    kind: 'dispense',
    at: at ?? '',
    detail: `Handed out${quantity === null ? '' : `, ${quantity}`}${by ? `, by ${by}` : ''}`,
  }));
}
