import type { Observation } from '../data/fhir/resources';
import { conceptText } from '../data/fhir/words';
import { dateText } from '../time/words';
import { isVoid, rangeText, statusWord, valueText } from '../values/resultWords';
import { TestTable } from '../values/TestTable';
import { measuredAt, usePrevious } from './earlier';
import { flagOf, valueRange } from './results';

export function ValueTable({ values }: { values: readonly Observation[] }) {
  const previous = usePrevious(values);
  const rows = values.map((value, index) => ({
    key: value.id ?? index,
    name: conceptText(value.code),
    status: isVoid(value.status) ? null : statusWord(value.status),
    value: valueText(value),
    flag: flagOf(value),
    before: beforeText(previous(value)),
    range: rangeText(valueRange(value), value.valueQuantity?.unit ?? null),
  }));
  return <TestTable rows={rows} />;
}

/** The value before, and of when it is. */
export function beforeText(before: Observation | undefined): string | null {
  return before ? `${valueText(before)} (${dateText(measuredAt(before))})` : null;
}
