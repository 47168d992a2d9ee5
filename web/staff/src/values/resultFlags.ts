import type { CodeableConcept } from '../data/fhir/resources';

/** Codes of HL7's ObservationInterpretation, and of its forerunner table 0078 (`H>`, `L<`). */
export const criticalFlags: readonly string[] = ['HH', 'LL', 'AA'];
export const abnormalFlags: readonly string[] = ['H', 'L', 'A', 'HU', 'LU', 'H>', 'L<', 'POS'];
const normalFlags: readonly string[] = ['N', 'NEG', 'ND', 'NR'];

export type Severity = 'critical' | 'abnormal' | 'normal';

/** Of a flag that is not known nothing can be said. */
export function severityOfFlag(flag: string): Severity | null {
  if (criticalFlags.includes(flag)) return 'critical';
  if (abnormalFlags.includes(flag)) return 'abnormal';
  return normalFlags.includes(flag) ? 'normal' : null;
}

/**
 * The gravest of everything that a laboratory has said about a value: it may say several things, in several codings, in any order, and
 * in words alone. Null: it has said nothing.
 */
export function gravestFlag(interpretations: readonly CodeableConcept[] | undefined): string | null {
  const flags = (interpretations ?? []).flatMap(flagsIn);
  return flags.toSorted((one, other) => graveness(other) - graveness(one))[0] ?? null;
}

function flagsIn({ coding = [], text }: CodeableConcept): string[] {
  const codes = coding.flatMap(({ code }) => code?.trim().toUpperCase() || []);
  const words = [text, ...coding.flatMap(({ code, display }) => [code, display])].flatMap((each) => inWords(each) ?? []);
  return [...codes.filter((code) => severityOfFlag(code) !== null), ...words, ...codes.filter((code) => severityOfFlag(code) === null)];
}

function inWords(text: string | undefined): string | null {
  if (!text || /\b(not|non|no)\b.*\b(critical|panic)/i.test(text) || !/\b(critical|panic)\b/i.test(text)) return null;
  if (/\b(high|above|upper)\b/i.test(text)) return 'HH';
  return /\b(low|below|lower)\b/i.test(text) ? 'LL' : 'AA';
}

/** An unknown flag weighs less than one that says something is wrong, and more than a normal one, which might hide it. */
function graveness(flag: string): number {
  const severity = severityOfFlag(flag);
  return severity === 'critical' ? 3 : severity === 'abnormal' ? 2 : severity === null ? 1 : 0;
}
