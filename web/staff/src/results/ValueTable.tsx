import type { Observation } from '../data/fhir/resources';
import { conceptText } from '../data/fhir/words';
import { dateText } from '../time/words';
import { rangeOf } from '../values/referenceRange';
import { isVoid, rangeText, statusWord, valueText } from '../values/resultWords';
import { TestTable } from '../values/TestTable';
import { measuredAt, usePrevious } from './earlier';
import { flagOf, type IsCritical } from './results';

export function ValueTable({ values, isCritical }: { values: readonly Observation[]; isCritical: IsCritical }) {
  const previous = usePrevious(values);
  const rows = values.map((value, index) => ({
    key: value.id ?? index,
    name: conceptText(value.code),
    status: isVoid(value.status) ? null : statusWord(value.status),
    value: valueText(value),
    flag: flagOf(value, isCritical),
    before: beforeText(previous(value)),
    range: rangeText(rangeOf(value).range, value.valueQuantity?.unit ?? null),
  }));
  return <TestTable rows={rows} />;
}

/** The value before, and of when it is. */
export function beforeText(before: Observation | undefined): string | null {
  return before ? `${valueText(before)} (${dateText(measuredAt(before))})` : null;
}
