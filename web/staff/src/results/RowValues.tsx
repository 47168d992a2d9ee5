import type { Observation } from '../data/fhir/resources';
import { conceptText } from '../data/fhir/words';
import classes from '../ui/Worklist.module.css';
import { ResultFlag } from '../values/ResultFlag';
import { isVoid, rangeText, statusWord, valueText } from '../values/resultWords';
import { rangeOf } from '../values/referenceRange';
import { flagOf, type IsCritical } from './results';
import { beforeText } from './ValueTable';

interface RowValuesProps {
  values: readonly Observation[];
  /** More are counted and not shown. */
  atMost: number;
  /** What is counted: "out of range". */
  counted?: string;
  previous: (value: Observation) => Observation | undefined;
  isCritical: IsCritical;
}

/** The first values of a report in a row of a list, a line each: flag, name, value, the one before, and the range. */
export function RowValues({ values, atMost, counted, previous, isCritical }: RowValuesProps) {
  return (
    <>
      {values.slice(0, atMost).map((value) => {
        const before = beforeText(previous(value));
        const range = rangeText(rangeOf(value).range, value.valueQuantity?.unit ?? null);
        return (
          <span key={value.id} className={classes.second}>
            <ResultFlag code={flagOf(value, isCritical)} /> {conceptText(value.code)} {valueText(value)}
            {!isVoid(value.status) && statusWord(value.status) && ` (${statusWord(value.status)?.toLowerCase()})`}
            {before && `, before ${before}`}
            {range && ` · ${range}`}
          </span>
        );
      })}
      {values.length > atMost && (
        <span className={classes.second}>
          and {values.length - atMost} more {counted}
        </span>
      )}
    </>
  );
}
