import type { WordKey } from '../words/write';
import type { LabTest } from './results';

/** How a value stands to what is usual, as the laboratory has flagged it; without a flag, by the range. */
export type Standing = 'usual' | 'high' | 'very high' | 'low' | 'very low' | 'unusual' | 'unknown';

const byFlag: Readonly<Record<string, Standing>> = {
  N: 'usual',
  H: 'high',
  HU: 'very high',
  HH: 'very high',
  L: 'low',
  LU: 'very low',
  LL: 'very low',
  A: 'unusual',
  AA: 'unusual',
};

export const standingKeys: Readonly<Record<Exclude<Standing, 'unknown'>, WordKey>> = {
  usual: 'standing.usual',
  high: 'standing.high',
  'very high': 'standing.veryHigh',
  low: 'standing.low',
  'very low': 'standing.veryLow',
  unusual: 'standing.unusual',
};

export interface Range {
  readonly low: number | null;
  readonly high: number | null;
}

/** "3.5-5.1", "3.5 – 5.1 mmol/L", "<= 200", ">60"; null for words. */
export function rangeOf(text: string | null): Range | null {
  if (text === null) return null;
  const both = /^\s*(-?\d+(?:\.\d+)?)\s*(?:-|–|to)\s*(-?\d+(?:\.\d+)?)/.exec(text);
  if (both) return { low: Number(both[1]), high: Number(both[2]) };
  const one = /^\s*(<=?|>=?|≤|≥)\s*(-?\d+(?:\.\d+)?)/.exec(text);
  if (!one) return null;
  return one[1]?.startsWith('<') || one[1] === '≤' ? { low: null, high: Number(one[2]) } : { low: Number(one[2]), high: null };
}

type Judged = Pick<LabTest, 'interpretation' | 'value' | 'range' | 'isCritical'>;

/** What the clinic was alarmed by is not called usual. */
export function standingOf(test: Judged): Standing {
  const standing = byFlagOrRange(test);
  return test.isCritical && (standing === 'usual' || standing === 'unknown') ? 'unusual' : standing;
}

function byFlagOrRange({ interpretation, value, range }: Judged): Standing {
  const flagged = interpretation === null ? undefined : byFlag[interpretation.toUpperCase()];
  if (flagged) return flagged;
  const usual = rangeOf(range);
  // A flag that is not known says something that must not be taken for "usual".
  if (interpretation !== null || value === null || usual === null) return 'unknown';
  if (usual.low !== null && value < usual.low) return 'low';
  return usual.high !== null && value > usual.high ? 'high' : 'usual';
}

export interface Summary {
  readonly all: number;
  readonly outside: number;
  readonly unknown: number;
}

export function summaryOf(tests: readonly LabTest[]): Summary {
  const standings = tests.map(standingOf);
  const unknown = standings.filter((standing) => standing === 'unknown').length;
  const usual = standings.filter((standing) => standing === 'usual').length;
  return { all: tests.length, outside: tests.length - usual - unknown, unknown };
}

/** Where the mark stands on a bar whose middle half is the usual range, from 0 to 100. */
export function markOf(value: number, { low, high }: Range): number | null {
  if (low === null || high === null || high <= low) return null;
  const place = 25 + ((value - low) / (high - low)) * 50;
  return Math.min(98, Math.max(2, place));
}

/** Units as people write them: UCUM's 10*3/uL is ×10³/µL. */
export function unitText(unit: string | null): string {
  if (unit === null) return '';
  const digits = '⁰¹²³⁴⁵⁶⁷⁸⁹';
  return unit
    .replace(/^10[*^](\d+)/, (_, power: string) => `×10${[...power].map((digit) => digits[Number(digit)]).join('')}`)
    .replaceAll(/\bu(?=[Lgmn]|mol)/g, 'µ')
    .replaceAll(/[[\]{}]/g, '');
}

/** The range as the value beside it is written: the numbers in the person's language, and the unit once. */
export function rangeText(range: string, unit: string | null, number: (value: number) => string): string {
  if (rangeOf(range) === null) return range;
  const bare = unit && range.trim().endsWith(unit) ? range.trim().slice(0, -unit.length).trim() : range.trim();
  const text = /[A-Za-z]/.test(bare) ? bare : bare.replaceAll(/\d+(?:\.\d+)?/g, (digits) => number(Number(digits)));
  return `${text} ${/[A-Za-z%]/.test(bare) ? '' : unitText(unit)}`.trim();
}
