import type { Observation, Quantity } from '../data/fhir/resources';
import { conceptText } from '../data/fhir/words';

const number = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 5 });
const powers = '⁰¹²³⁴⁵⁶⁷⁸⁹';

export function valueText(observation: Observation): string {
  if (observation.valueQuantity) return quantityText(observation.valueQuantity);
  if (observation.valueCodeableConcept) return conceptText(observation.valueCodeableConcept);
  return observation.valueString ?? 'No value';
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

function quantityText({ value, unit, code }: Quantity): string {
  return amountText(value ?? null, '?', unit ?? code ?? null);
}
