import type { Observation } from '../data/fhir/resources';
import { conceptText } from '../data/fhir/words';
import { byInstant } from '../time/instants';
import type { LabResult, LabTest } from './chart';
import { wholeId } from '../values/parts';
import { limitsIn, rangeOf } from '../values/referenceRange';
import { gravestFlag, severityOfFlag, type Severity } from '../values/resultFlags';
import { statusWord, valueText, wordOfFlag } from '../values/resultWords';

export interface Bound {
  readonly comparator: string;
  readonly value: number;
}

/** One measurement of the laboratory, wherever it was read from. */
export interface Measured {
  readonly key: string;
  readonly name: string;
  readonly value: number | null;
  /** `< 5`: the value is no number, and can be judged nevertheless. */
  readonly bound: Bound | null;
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

type Judged = Pick<Measured, 'flag' | 'value' | 'bound' | 'low' | 'high' | 'isCritical'>;

/** What the server and the laboratory said; where they said nothing that is known, what the laboratory's own range says. */
export function severityOf(judged: Judged): Severity {
  if (judged.isCritical) return 'critical';
  const said = severityOfFlag(judged.flag ?? '');
  if (said !== null) return said;
  return isBelow(judged) || isAbove(judged) ? 'abnormal' : 'normal';
}

function isBelow({ value, bound, low }: Judged): boolean {
  if (low === null) return false;
  if (value !== null) return value < low;
  return bound?.comparator === '<' ? bound.value <= low : bound?.comparator === '<=' && bound.value < low;
}

function isAbove({ value, bound, high }: Judged): boolean {
  if (high === null) return false;
  if (value !== null) return value > high;
  return bound?.comparator === '>' ? bound.value >= high : bound?.comparator === '>=' && bound.value > high;
}

/** The laboratory's flag, or the one that follows from its range; a critical value has a critical one. */
export function shownFlag(judged: Judged): string | null {
  const { flag, isCritical } = judged;
  if (flag !== null && severityOfFlag(flag) !== null && (!isCritical || severityOfFlag(flag) === 'critical')) return flag;
  if (isBelow(judged)) return isCritical ? 'LL' : 'L';
  if (isAbove(judged)) return isCritical ? 'HH' : 'H';
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
    bound: test.value === null ? boundIn(test.valueText) : null,
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

/** A value of the record, which does not say itself whether the server holds it to be critical. */
export function measuredBy(observation: Observation, isCritical = false): Measured {
  const quantity = observation.valueQuantity;
  const coding = observation.code?.coding?.[0];
  const name = conceptText(observation.code);
  const flag = gravestFlag(observation.interpretation);
  return {
    key: coding?.code ?? name,
    name,
    // "< 5" is written as it is: as a number it would be 5.
    value: quantity?.comparator ? null : (quantity?.value ?? null),
    bound: quantity?.comparator && quantity.value !== undefined ? { comparator: quantity.comparator, value: quantity.value } : null,
    text: quantity?.value === undefined ? valueText(observation) : `${quantity.comparator ?? ''} ${quantity.value}`.trim(),
    unit: quantity?.unit ?? quantity?.code ?? null,
    ...rangeOf(observation),
    flag,
    status: statusWord(observation.status),
    isCritical: isCritical || severityOfFlag(flag ?? '') === 'critical',
    at: observation.effectiveDateTime ?? observation.issued ?? '',
  };
}

/** Whether the value stands in one of the reports as critical by the server's rules. */
export function isCriticalIn(reports: readonly LabResult[], value: Observation): boolean {
  return reports.some(({ tests }) => tests.some((test) => test.isCritical && isOf(test, value)));
}

/** Whether one of the alerts is about the observation. */
export function isAlerted(resources: ReadonlySet<string>, value: Observation): boolean {
  return resources.has(`Observation/${wholeId(value) ?? ''}`);
}

function isOf(test: LabTest, value: Observation): boolean {
  const codes = value.code?.coding?.flatMap(({ code }) => code ?? []) ?? [];
  if (test.code ? !codes.includes(test.code.code) : test.name !== conceptText(value.code)) return false;
  if (test.value === null) return test.valueText === null || test.valueText === valueText(value);
  return test.value === value.valueQuantity?.value && test.unit === (value.valueQuantity.unit ?? value.valueQuantity.code ?? null);
}

function boundIn(text: string | null): Bound | null {
  const found = /^\s*([<>]=?)\s*(-?\d+(?:\.\d+)?)/.exec(text ?? '');
  return found?.[1] ? { comparator: found[1], value: Number(found[2]) } : null;
}
