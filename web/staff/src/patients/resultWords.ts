import type { Observation, Quantity } from '../data/fhir/resources';
import { conceptText } from '../data/fhir/words';

const number = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 5 });

export function valueText(observation: Observation): string {
  if (observation.valueQuantity) return quantityText(observation.valueQuantity);
  if (observation.valueCodeableConcept) return conceptText(observation.valueCodeableConcept);
  return observation.valueString ?? 'No value';
}

export function rangeText(observation: Observation): string | undefined {
  const range = observation.referenceRange?.[0];
  if (!range) return undefined;
  if (range.text) return `Normal ${range.text}`;
  const { low, high } = range;
  if (low && high) return `Normal ${number.format(low.value ?? 0)} to ${quantityText(high)}`;
  if (high) return `Normal up to ${quantityText(high)}`;
  return low ? `Normal from ${quantityText(low)}` : undefined;
}

function quantityText({ value, unit, code }: Quantity): string {
  const amount = value === undefined ? '?' : number.format(value);
  return [amount, unit ?? code].filter(Boolean).join(' ');
}
