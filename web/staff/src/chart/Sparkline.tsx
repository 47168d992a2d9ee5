import { dateText } from '../time/words';
import { amountText } from '../values/resultWords';
import { severityOf, type Measured } from '../values/measured';
import classes from './Sparkline.module.css';
import type { Trend } from './trends';

const size = { width: 112, height: 30, margin: 5 };

/**
 * The course of a test: values outside of the range are squares, others are dots, and the normal range is a band. It is in words as well,
 * for those who do not see it.
 */
export function Sparkline({ trend: { name, series } }: { trend: Trend }) {
  if (series.length < 2) return <span className={classes.none}>One value</span>;
  const shown = series.slice(-24);
  const { x, y } = scalesOf(shown);
  const { low, high } = shown.at(-1)!;
  const [top, bottom] = [high === null ? 0 : clamp(y(high)), low === null ? size.height : clamp(y(low))];
  const points = shown.map((one) => `${x(one)},${y(one.value!)}`).join(' ');
  return (
    <svg
      role="img"
      aria-label={describe(name, shown)}
      className={classes.line}
      viewBox={`0 0 ${size.width} ${size.height}`}
      width={size.width}
      height={size.height}
    >
      {(low !== null || high !== null) && (
        <rect className={classes.band} x={0} y={top} width={size.width} height={Math.max(1, bottom - top)} />
      )}
      <polyline className={classes.course} points={points} />
      {shown.map((one, index) => (
        <Point key={index} x={x(one)} y={y(one.value!)} isOutside={severityOf(one) !== 'normal'} />
      ))}
    </svg>
  );
}

function Point({ x, y, isOutside }: { x: number; y: number; isOutside: boolean }) {
  if (isOutside) return <rect className={classes.outside} x={x - 3} y={y - 3} width={6} height={6} />;
  return <circle className={classes.inside} cx={x} cy={y} r={2} />;
}

function scalesOf(shown: readonly Measured[]) {
  const times = shown.map(({ at }) => Date.parse(at));
  const { low, high } = shown.at(-1)!;
  const all = [...shown.map(({ value }) => value!), ...(low === null ? [] : [low]), ...(high === null ? [] : [high])];
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const [inner, tall] = [size.width - 2 * size.margin, size.height - 2 * size.margin];
  return {
    x: ({ at }: Measured) => round(size.margin + inner * span(first, last, Date.parse(at))),
    y: (value: number) => round(size.height - size.margin - tall * span(least, most, value)),
  };
}

/** Where a value stands between two others, from 0 to 1. */
function span(from: number, to: number, value: number): number {
  return to === from ? 0.5 : (value - from) / (to - from);
}

function clamp(y: number): number {
  return Math.min(size.height, Math.max(0, y));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function describe(name: string, shown: readonly Measured[]): string {
  const values = shown.map(({ value }) => value!);
  const [first, last] = [shown[0]!, shown.at(-1)!];
  const unit = last.unit;
  const course = `between ${amountText(Math.min(...values), '', null)} and ${amountText(Math.max(...values), '', unit)}`;
  return `${name}: ${shown.length} values from ${dateText(first.at)} to ${dateText(last.at)}, ${course}`;
}
