import { expect, test } from 'vitest';
import { markOf, rangeOf, rangeText, standingOf, summaryOf, unitText } from '../src/results/plainWords';
import type { LabTest } from '../src/results/results';

const of = (fields: Partial<LabTest>): LabTest => ({
  name: 'Potassium', value: 4, valueText: null, unit: 'mmol/L', range: '3.5-5.1', interpretation: null, isCritical: false, ...fields,
});

test.each([
  ['3.5-5.1', { low: 3.5, high: 5.1 }],
  ['3.5 – 5.1 mmol/L', { low: 3.5, high: 5.1 }],
  ['<= 200', { low: null, high: 200 }],
  ['≥ 60', { low: 60, high: null }],
  ['-2-2', { low: -2, high: 2 }],
  ['negative', null],
  [null, null],
])('The range %j is %j', (text, range) => {
  expect(rangeOf(text)).toEqual(range);
});

test.each([
  ['usual', of({ interpretation: 'N', value: 9 })],
  ['high', of({ interpretation: 'H' })],
  ['very low', of({ interpretation: 'LL' })],
  ['unusual', of({ interpretation: 'AA' })],
  ['usual', of({})],
  ['high', of({ value: 5.2 })],
  ['low', of({ value: 3.4 })],
  ['high', of({ value: 201, range: '<= 200' })],
  ['unknown', of({ range: null })],
  ['unknown', of({ value: null, valueText: 'see note' })],
  ['unknown', of({ interpretation: 'IND' })],
  ['unusual', of({ isCritical: true })],
  ['unusual', of({ range: null, isCritical: true })],
  ['very high', of({ interpretation: 'HH', isCritical: true })],
] as const)('A value is told as %s where its flag or range says so', (standing, value) => {
  expect(standingOf(value)).toBe(standing);
});

test('A summary never counts what is not known as usual', () => {
  expect(summaryOf([of({}), of({ value: 6 }), of({ range: null })])).toEqual({ all: 3, outside: 1, unknown: 1 });
});

test('The mark stands inside the bar, in the middle half where the value is usual', () => {
  expect(markOf(4.3, { low: 3.5, high: 5.1 })).toBeCloseTo(50);
  expect(markOf(3.5, { low: 3.5, high: 5.1 })).toBe(25);
  expect(markOf(900, { low: 3.5, high: 5.1 })).toBe(98);
  expect(markOf(1, { low: null, high: 5.1 })).toBeNull();
});

test.each([
  ['10*3/uL', '×10³/µL'],
  ['10*12/L', '×10¹²/L'],
  ['ug/dL', 'µg/dL'],
  ['umol/L', 'µmol/L'],
  ['mm[Hg]', 'mmHg'],
  ['mmol/L', 'mmol/L'],
  [null, ''],
])('The unit %j is written %j', (unit, text) => {
  expect(unitText(unit)).toBe(text);
});

test.each([
  ['3.5-5.1', 'mmol/L', '3,5-5,1 mmol/L'],
  ['3.5-5.1 mmol/L', 'mmol/L', '3,5-5,1 mmol/L'],
  ['<= 5.5', null, '<= 5,5'],
  ['negative', 'mmol/L', 'negative'],
])('The range %s of a value in %s is written as the value beside it is: %s', (range, unit, text) => {
  expect(rangeText(range, unit, (value) => value.toLocaleString('de-DE'))).toBe(text);
});
