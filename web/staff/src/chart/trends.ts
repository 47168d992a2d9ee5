import type { Observation } from '../data/fhir/resources';
import { conceptText } from '../data/fhir/words';
import { byInstant } from '../time/instants';
import type { LabResult } from './chart';
import { gravestFlag, severityOfFlag, type Severity } from '../values/resultFlags';
import { statusWord, valueText, wordOfFlag } from '../values/resultWords';

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
  /** Where it is not final. */
  readonly status: string | null;
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

type Judged = Pick<Measured, 'flag' | 'value' | 'low' | 'high' | 'isCritical'>;

/** What the server and the laboratory said; where they said nothing that is known, what the laboratory's own range says. */
export function severityOf({ flag, value, low, high, isCritical }: Judged): Severity {
  if (isCritical) return 'critical';
  const said = severityOfFlag(flag ?? '');
  if (said !== null) return said;
  const isOutside = value !== null && ((low !== null && value < low) || (high !== null && value > high));
  return isOutside ? 'abnormal' : 'normal';
}

/** The laboratory's flag, or the one that follows from its range; a critical value has a critical one. */
export function shownFlag({ flag, value, low, high, isCritical }: Judged): string | null {
  if (flag !== null && severityOfFlag(flag) !== null && (!isCritical || severityOfFlag(flag) === 'critical')) return flag;
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
    text: test.value === null ? (test.valueText ?? wordOfFlag(test.interpretation) ?? 'No value') : String(test.value),
    unit: test.unit,
    ...limitsIn(test.range),
    range: test.range,
    flag: test.interpretation,
    status: statusWord(report.status),
    isCritical: test.isCritical,
    at: report.availableAt ?? '',
  }));
}

export function measuredBy(observation: Observation): Measured {
  const range = observation.referenceRange?.[0];
  const quantity = observation.valueQuantity;
  const coding = observation.code?.coding?.[0];
  const name = conceptText(observation.code);
  const flag = gravestFlag(observation.interpretation);
  return {
    key: coding?.code ?? name,
    name,
    // "< 5" is written as it is: as a number it would be 5.
    value: quantity?.comparator ? null : (quantity?.value ?? null),
    text: quantity?.value === undefined ? valueText(observation) : `${quantity.comparator ?? ''} ${quantity.value}`.trim(),
    unit: quantity?.unit ?? quantity?.code ?? null,
    low: range?.low?.value ?? null,
    high: range?.high?.value ?? null,
    range: range?.text ?? rangeOf(range?.low?.value, range?.high?.value),
    flag,
    status: statusWord(observation.status),
    isCritical: severityOfFlag(flag ?? '') === 'critical',
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
