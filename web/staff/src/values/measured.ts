import type { Observation } from '../data/fhir/resources';
import { conceptText } from '../data/fhir/words';
import { rangeOf } from './referenceRange';
import { gravestFlag, severityOfFlag, type Severity } from './resultFlags';
import { statusWord, valueText } from './resultWords';

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

export function boundIn(text: string | null): Bound | null {
  const found = /^\s*([<>]=?)\s*(-?\d+(?:\.\d+)?)/.exec(text ?? '');
  return found?.[1] ? { comparator: found[1], value: Number(found[2]) } : null;
}
