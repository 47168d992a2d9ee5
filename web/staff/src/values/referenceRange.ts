import type { Observation, ReferenceRange } from '../data/fhir/resources';
import { conceptText } from '../data/fhir/words';

export interface Limits {
  readonly low: number | null;
  readonly high: number | null;
}

const none: Limits = { low: null, high: null };

/**
 * The range that is normal for a value, as it is written, and its limits in the unit of the value. A range of another meaning, such as a
 * therapeutic one, and one in another unit are words: nothing is judged by them.
 */
export function rangeOf(value: Observation): Limits & { readonly range: string | null } {
  const all = value.referenceRange ?? [];
  const ofAll = all.filter(isNormal).toSorted((one, other) => Number(isOfSome(one)) - Number(isOfSome(other)));
  const range = ofAll[0] ?? all[0];
  if (!range) return { ...none, range: null };
  const numbers = { low: range.low?.value ?? null, high: range.high?.value ?? null };
  const written = writtenRange(numbers) ?? range.text ?? null;
  const unit = unitOf(range);
  const isInOther = unit !== undefined && unitOf({ low: value.valueQuantity ?? {} }) !== undefined && !isSameUnit(range, value);
  if (isNormal(range) && !isInOther) {
    const isNumber = numbers.low !== null || numbers.high !== null;
    return { ...(isNumber ? numbers : limitsIn(bareRange(range.text ?? '', value.valueQuantity?.unit))), range: written };
  }
  const words = [isNormal(range) ? null : conceptText(range.type), written, isInOther ? unit : null];
  return { ...none, range: words.filter(Boolean).join(' ') || null };
}

/** `3.5-5.1`, `<= 5`, `>= 60`; other ranges are words, and draw nothing. */
export function limitsIn(range: string | null): Limits {
  const both = /^\s*(-?\d+(?:\.\d+)?)\s*(?:-|–|to)\s*(-?\d+(?:\.\d+)?)\s*$/.exec(range ?? '');
  if (both) return { low: Number(both[1]), high: Number(both[2]) };
  const one = /^\s*(<=?|>=?)\s*(-?\d+(?:\.\d+)?)\s*$/.exec(range ?? '');
  if (!one) return none;
  return one[1]?.startsWith('<') ? { low: null, high: Number(one[2]) } : { low: Number(one[2]), high: null };
}

/** Without the unit of the value, which is written beside it. */
export function bareRange(range: string, unit: string | null | undefined): string {
  const text = range.trim();
  return unit && text.endsWith(unit) ? text.slice(0, -unit.length).trim() : text;
}

function writtenRange({ low, high }: Limits): string | null {
  if (low !== null && high !== null) return `${low}-${high}`;
  if (high !== null) return `<= ${high}`;
  return low === null ? null : `>= ${low}`;
}

function isNormal({ type }: ReferenceRange): boolean {
  const codes = type?.coding?.flatMap(({ code }) => code ?? []) ?? [];
  return type === undefined || codes.includes('normal') || /^normal\b/i.test(type.text ?? '');
}

/** It holds for an age or a group alone. */
function isOfSome({ appliesTo, age }: ReferenceRange): boolean {
  return (appliesTo?.length ?? 0) > 0 || age !== undefined;
}

function unitOf({ low, high }: Pick<ReferenceRange, 'low' | 'high'>): string | undefined {
  return low?.unit ?? low?.code ?? high?.unit ?? high?.code;
}

/** By code or by word, whichever both have. */
function isSameUnit({ low, high }: ReferenceRange, { valueQuantity }: Observation): boolean {
  const limit = low?.unit || low?.code ? low : high;
  if (limit?.code && valueQuantity?.code) return limit.code === valueQuantity.code;
  return [limit?.unit, limit?.code].some((unit) => unit !== undefined && [valueQuantity?.unit, valueQuantity?.code].includes(unit));
}
