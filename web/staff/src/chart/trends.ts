import { byInstant } from '../time/instants';
import { boundIn, severityOf, type Measured } from '../values/measured';
import { limitsIn } from '../values/referenceRange';
import type { Severity } from '../values/resultFlags';
import { statusWord, wordOfFlag } from '../values/resultWords';
import type { LabResult } from './chart';

/** A test and its values. */
export interface Trend {
  readonly key: string;
  readonly name: string;
  readonly latest: Measured;
  readonly previous: Measured | null;
  /** Values that can be drawn together, the oldest first: numbers in the unit of the latest. */
  readonly series: readonly Measured[];
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
