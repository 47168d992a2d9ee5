import type { Observation } from '../data/fhir/resources';
import { conceptText } from '../data/fhir/words';
import { wholeId } from './parts';
import { valueText } from './resultWords';

/** A value as a list of the chart has it: the server has judged it by the limits of the clinic. */
export interface LabTest {
  readonly code: { readonly code: string; readonly system: string | null; readonly display: string | null } | null;
  readonly name: string | null;
  readonly value: number | null;
  readonly valueText: string | null;
  readonly unit: string | null;
  readonly range: string | null;
  readonly interpretation: string | null;
  readonly isCritical: boolean;
}

/** Whether the value stands in one of the reports as critical by the server's rules. */
export function isCriticalIn(reports: readonly { readonly tests: readonly LabTest[] }[], value: Observation): boolean {
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
