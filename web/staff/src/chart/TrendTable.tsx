import { dateAndTime } from '../time/words';
import { LongList } from '../ui/LongList';
import { Nothing } from '../ui/Notice';
import listClasses from './Lists.module.css';
import { ResultFlag } from '../values/ResultFlag';
import { severityOf, shownFlag } from '../values/measured';
import { amountText, rangeText } from '../values/resultWords';
import { Sparkline } from './Sparkline';
import type { Trend } from './trends';
import classes from './TrendTable.module.css';

/** A line for each test: what was found last, what before, and the course. */
export function TrendTable({ trends }: { trends: readonly Trend[] }) {
  if (trends.length === 0) return <Nothing>No values are recorded.</Nothing>;
  return (
    <LongList
      items={trends}
      keyOf={({ key }) => key}
      label="Values by test"
      className={listClasses.list}
      itemClassName={listClasses.item}
      itemHeight={52}
    >
      {(trend) => <TrendLine trend={trend} />}
    </LongList>
  );
}

function TrendLine({ trend }: { trend: Trend }) {
  const { latest, previous, name } = trend;
  const range = rangeText(latest.range, latest.unit);
  return (
    <div className={classes.line} data-severity={severityOf(latest)}>
      <span className={classes.name}>
        <strong>{name}</strong>
        <span className={classes.detail}>{[latest.status, dateAndTime(latest.at || undefined), range].filter(Boolean).join(' · ')}</span>
      </span>
      <span className={classes.flag}>
        <ResultFlag code={shownFlag(latest)} />
      </span>
      <span className={classes.value}>
        <strong>{amountText(latest.value, latest.text, latest.unit)}</strong>
        {previous && (
          <span className={classes.detail}>
            before: {amountText(previous.value, previous.text, previous.unit === latest.unit ? null : previous.unit)}
          </span>
        )}
      </span>
      <Sparkline trend={trend} />
    </div>
  );
}
