import type { Observation, Quantity } from '../data/fhir/resources';
import { conceptText } from '../data/fhir/words';
import { gravestFlag } from './resultFlags';

/** Five digits, and always whole numbers and hundredths: 150,234 platelets stay what was counted. */
const number = new Intl.NumberFormat(undefined, {
  maximumSignificantDigits: 5, maximumFractionDigits: 2, roundingPriority: 'morePrecision',
});
const powers = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** What was found. A value that is void is not shown: somebody would act on it. */
export function valueText(observation: Observation): string {
  if (isVoid(observation.status)) return statusWord(observation.status) ?? '';
  if (observation.valueQuantity) return quantityText(observation.valueQuantity);
  if (observation.valueCodeableConcept) return conceptText(observation.valueCodeableConcept);
  return observation.valueString ?? wordOfFlag(gravestFlag(observation.interpretation)) ?? 'No value';
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
  const text = range.replace(/^<=\s*/, 'up to ').replace(/^>=\s*/, 'from ').replace(/^(-?[\d.]+)-(-?[\d.]+)$/, '$1 to $2');
  return `Normal ${text} ${unitText(unit)}`.trim();
}

function quantityText({ value, unit, code, comparator }: Quantity): string {
  return [comparator, amountText(value ?? null, '?', unit ?? code ?? null)].filter(Boolean).join(' ');
}
