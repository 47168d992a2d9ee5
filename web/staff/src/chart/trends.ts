import type { Observation } from '../data/fhir/resources';
import { conceptText } from '../data/fhir/words';
import { byInstant } from '../time/instants';
import type { LabResult } from './chart';
import { valueText } from '../values/resultWords';

/** One measurement of the laboratory, wherever it was read from. */
export interface Measured {
  readonly key: string;
  readonly name: string;
  readonly value: number | null;
  readonly text: string;
  readonly unit: string | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly range: string | null;
  readonly flag: string | null;
  /** By the server's rules, whatever the laboratory's flag is. */
  readonly isCritical: boolean;
  readonly at: string;
}

/** A test and its values. */
export interface Trend {
  readonly key: string;
  readonly name: string;
  readonly latest: Measured;
  readonly previous: Measured | null;
  /** Values that can be drawn together, the oldest first: numbers in the unit of the latest. */
  readonly series: readonly Measured[];
}

export type Severity = 'critical' | 'abnormal' | 'normal';

const criticalFlags = ['HH', 'LL', 'AA'];
const abnormalFlags = ['H', 'L', 'A', 'HU', 'LU', 'POS'];
const normalFlags = ['N', 'NEG', 'ND', 'NR'];
const isKnown = (flag: string) => [criticalFlags, abnormalFlags, normalFlags].some((flags) => flags.includes(flag));

type Judged = Pick<Measured, 'flag' | 'value' | 'low' | 'high' | 'isCritical'>;

/** What the server and the laboratory said; where they said nothing that is known, what the laboratory's own range says. */
export function severityOf({ flag, value, low, high, isCritical }: Judged): Severity {
  if (isCritical || (flag !== null && criticalFlags.includes(flag))) return 'critical';
  if (flag !== null && isKnown(flag)) return abnormalFlags.includes(flag) ? 'abnormal' : 'normal';
  const isOutside = value !== null && ((low !== null && value < low) || (high !== null && value > high));
  return isOutside ? 'abnormal' : 'normal';
}

/** The laboratory's flag, or the one that follows from its range; a critical value has a critical one. */
export function shownFlag({ flag, value, low, high, isCritical }: Judged): string | null {
  if (flag !== null && (isCritical ? criticalFlags.includes(flag) : isKnown(flag))) return flag;
  if (low !== null && value !== null && value < low) return isCritical ? 'LL' : 'L';
  if (high !== null && value !== null && value > high) return isCritical ? 'HH' : 'H';
  return isCritical ? 'AA' : flag;
}

const order: readonly Severity[] = ['critical', 'abnormal', 'normal'];

/** By test, what is critical first, then what is abnormal, then by name. */
export function trendsOf(values: readonly Measured[]): Trend[] {
  const byTest = new Map<string, Measured[]>();
  for (const value of [...values].sort((one, other) => byInstant(one.at, other.at))) {
    byTest.set(value.key, [...(byTest.get(value.key) ?? []), value]);
  }
  return [...byTest].map(([key, all]) => trendOf(key, all)).sort(byUrgency);
}

function trendOf(key: string, all: readonly Measured[]): Trend {
  const latest = all.at(-1)!;
  const series = all.filter(({ value, unit }) => value !== null && unit === latest.unit);
  return { key, name: latest.name, latest, previous: all.at(-2) ?? null, series };
}

function byUrgency(one: Trend, other: Trend): number {
  const urgency = order.indexOf(severityOf(one.latest)) - order.indexOf(severityOf(other.latest));
  return urgency !== 0 ? urgency : one.name.localeCompare(other.name);
}

export function measuredIn(report: LabResult): Measured[] {
  return report.tests.map((test) => ({
    key: test.code?.code ?? test.name ?? 'unnamed',
    name: test.name ?? test.code?.display ?? 'Test not named',
    value: test.value,
    text: test.value === null ? (test.valueText ?? 'No value') : String(test.value),
    unit: test.unit,
    ...limitsIn(test.range),
    range: test.range,
    flag: test.interpretation,
    isCritical: test.isCritical,
    at: report.availableAt ?? '',
  }));
}

export function measuredBy(observation: Observation): Measured {
  const range = observation.referenceRange?.[0];
  const quantity = observation.valueQuantity;
  const coding = observation.code?.coding?.[0];
  const name = conceptText(observation.code);
  const flags = (observation.interpretation ?? []).flatMap((one) => one.coding?.flatMap(({ code }) => code ?? []) ?? []);
  return {
    key: coding?.code ?? name,
    name,
    value: quantity?.value ?? null,
    text: quantity?.value === undefined ? valueText(observation) : String(quantity.value),
    unit: quantity?.unit ?? quantity?.code ?? null,
    low: range?.low?.value ?? null,
    high: range?.high?.value ?? null,
    range: range?.text ?? rangeOf(range?.low?.value, range?.high?.value),
    flag: flags.find(isKnown) ?? flags[0] ?? null,
    isCritical: flags.some((flag) => criticalFlags.includes(flag)),
    at: observation.effectiveDateTime ?? observation.issued ?? '',
  };
}

function rangeOf(low: number | undefined, high: number | undefined): string | null {
  if (low !== undefined && high !== undefined) return `${low}-${high}`;
  if (high !== undefined) return `<= ${high}`;
  return low === undefined ? null : `>= ${low}`;
}

/** `3.5-5.1`, `<= 5`, `>= 60`; other ranges are words, and draw nothing. */
export function limitsIn(range: string | null): { low: number | null; high: number | null } {
  const both = /^\s*(-?\d+(?:\.\d+)?)\s*(?:-|–|to)\s*(-?\d+(?:\.\d+)?)\s*$/.exec(range ?? '');
  if (both) return { low: Number(both[1]), high: Number(both[2]) };
  const one = /^\s*(<=?|>=?)\s*(-?\d+(?:\.\d+)?)\s*$/.exec(range ?? '');
  if (!one) return { low: null, high: null };
  return one[1]?.startsWith('<') ? { low: null, high: Number(one[2]) } : { low: Number(one[2]), high: null };
}
