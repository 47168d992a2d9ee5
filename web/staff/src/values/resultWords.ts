import type { Observation, Quantity } from '../data/fhir/resources';
import { conceptText } from '../data/fhir/words';
import { dateAndTime, dateText } from '../time/words';
import { bareRange, limitsIn } from './referenceRange';
import { gravestFlag } from './resultFlags';

/**
 * Five digits, and always whole numbers and hundredths: 150,234 platelets stay what was counted. In the language of the app, whatever the
 * browser speaks: a value and its range are read side by side.
 */
const number = new Intl.NumberFormat('en-US', {
  maximumSignificantDigits: 5, maximumFractionDigits: 2, roundingPriority: 'morePrecision',
});
const powers = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** What was found. A value that is void is not shown: somebody would act on it. */
export function valueText(observation: Observation): string {
  if (isVoid(observation.status)) return statusWord(observation.status) ?? '';
  const said = writtenValue(observation) ?? wordOfFlag(gravestFlag(observation.interpretation));
  if (said !== null) return said;
  return observation.dataAbsentReason ? `No value: ${conceptText(observation.dataAbsentReason, 'reason not named')}` : 'No value';
}

function writtenValue(observation: Observation): string | null {
  const { valueQuantity, valueCodeableConcept, valueRange, valueRatio, valueBoolean, valueInteger } = observation;
  if (valueQuantity) return quantityText(valueQuantity);
  if (valueCodeableConcept) return conceptText(valueCodeableConcept);
  if (valueBoolean !== undefined) return valueBoolean ? 'Yes' : 'No';
  if (valueInteger !== undefined) return number.format(valueInteger);
  if (valueRange) return [valueRange.low, valueRange.high].map((limit) => (limit ? quantityText(limit) : 'open')).join(' to ');
  if (valueRatio) return [valueRatio.numerator, valueRatio.denominator].map((part) => (part ? quantityText(part) : '?')).join(' : ');
  return observation.valueString ?? writtenTime(observation) ?? (observation.valueSampledData ? 'A curve, which is not drawn here' : null);
}

function writtenTime({ valueTime, valueDateTime, valuePeriod }: Observation): string | null {
  if (valueDateTime) return valueDateTime.includes('T') ? dateAndTime(valueDateTime) : dateText(valueDateTime);
  if (valuePeriod) return [valuePeriod.start, valuePeriod.end].map((at) => (at ? dateText(at) : 'open')).join(' to ');
  return valueTime ?? null;
}

/** Some tests have no value but what was said about it. */
export function wordOfFlag(flag: string | null): string | null {
  return ({ POS: 'Positive', NEG: 'Negative', ND: 'Not detected', NR: 'Not reactive' })[flag ?? ''] ?? null;
}

const statusWords: Readonly<Record<string, string>> = {
  registered: 'Registered',
  preliminary: 'Preliminary',
  partial: 'Partial',
  amended: 'Amended',
  corrected: 'Corrected',
  appended: 'Added to',
  cancelled: 'Cancelled',
  'entered-in-error': 'Entered in error',
  unknown: 'Status unknown',
};

/** How far a value or report can be relied on; null where it is final. */
export function statusWord(status: string | undefined): string | null {
  return statusWords[status ?? ''] ?? null;
}

/** It was taken back: there is nothing to be read in it. */
export function isVoid(status: string | undefined): boolean {
  return status === 'entered-in-error' || status === 'cancelled';
}

export function amountText(value: number | null, text: string, unit: string | null): string {
  return [value === null ? text : number.format(value), unitText(unit)].filter(Boolean).join(' ');
}

/** Units as people write them: `10*3/uL` is ×10³/µL. */
export function unitText(unit: string | null | undefined): string {
  if (!unit || unit === '1' || unit === '{score}') return '';
  return unit
    .replace(/^10\*(\d+)/, (_all, power: string) => `×10${[...power].map((digit) => powers[Number(digit)]).join('')}`)
    .replace(/(^|\/)u(?=[A-Za-z])/g, '$1µ')
    .replace(/\{[^}]*\}/g, '')
    .replace('mm[Hg]', 'mmHg')
    .replace(/^Cel$/, '°C')
    .replace(/^\[degF\]$/, '°F');
}

export function rangeText(range: string | null, unit: string | null): string | null {
  if (range === null) return null;
  const bare = bareRange(range, unit);
  const { low, high } = limitsIn(bare);
  // Words are no number that lies in or out of something, and whether they are normal they say themselves.
  if (low === null && high === null) return `Reference: ${range}`;
  const text = bare
    .replace(/^<=\s*/, 'up to ')
    .replace(/^>=\s*/, 'from ')
    .replace(/^(-?[\d.]+)\s*(?:-|–|to)\s*(-?[\d.]+)$/, '$1 to $2')
    .replaceAll(/\d+(?:\.\d+)?/g, (digits) => number.format(Number(digits)));
  return `Normal ${text} ${unitText(unit)}`.trim();
}

function quantityText({ value, unit, code, comparator }: Quantity): string {
  return [comparator, amountText(value ?? null, '?', unit ?? code ?? null)].filter(Boolean).join(' ');
}
