import type { Observation } from '../data/fhir/resources';
import { conceptText } from '../data/fhir/words';
import { rangeText, valueText } from '../values/resultWords';
import { TestTable } from '../values/TestTable';
import { flagOf, valueRange } from './results';

export function ValueTable({ values }: { values: readonly Observation[] }) {
  const rows = values.map((value, index) => ({
    key: value.id ?? index,
    name: conceptText(value.code),
    value: valueText(value),
    flag: flagOf(value),
    range: rangeText(valueRange(value), value.valueQuantity?.unit ?? null),
  }));
  return <TestTable rows={rows} />;
}
