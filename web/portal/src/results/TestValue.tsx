import { useWords } from '../words/useWords';
import { markOf, rangeOf, rangeText, standingKeys, standingOf, unitText } from './plainWords';
import type { LabTest } from './results';
import classes from './TestValue.module.css';

/** One value: its name, the value, what it means in words, and the usual range as a bar. */
export function TestValue({ test }: { readonly test: LabTest }) {
  const { t, number } = useWords();
  const standing = standingOf(test);
  const isOutside = standing !== 'usual' && standing !== 'unknown';
  const value = test.value === null ? (test.valueText ?? t('result.noValue')) : `${number(test.value)} ${unitText(test.unit)}`;
  return (
    <li className="card tight">
      <h2>{test.name ?? t('result.untitled')}</h2>
      <p className={classes.value}>{value}</p>
      {standing !== 'unknown' && (
        <p>
          <span className="chip" data-tone={isOutside ? 'late' : 'calm'}>
            {t(standingKeys[standing])}
          </span>
        </p>
      )}
      {test.isCritical && <p>{t('result.talkSoon')}</p>}
      {test.range && <p className="muted small">{t('result.range', { range: rangeText(test.range, test.unit, number) })}</p>}
      <RangeBar test={test} />
    </li>
  );
}

/** The words above say all of it, so it is not there for screen readers. */
function RangeBar({ test }: { readonly test: LabTest }) {
  const range = rangeOf(test.range);
  const mark = test.value === null || range === null ? null : markOf(test.value, range);
  if (mark === null) return null;
  return (
    <svg className={classes.bar} viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect className={classes.all} x="0" y="3" width="100" height="4" />
      <rect className={classes.usual} x="25" y="3" width="50" height="4" />
      <rect className={classes.mark} x={mark - 0.8} y="0" width="1.6" height="10" />
    </svg>
  );
}
