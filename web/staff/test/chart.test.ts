import { expect, test } from 'vitest';
import { fieldOf, instantOfField } from '../src/chart/asOf';
import type { Encounter, LabResult } from '../src/chart/chart';
import { openViews, shownView } from '../src/chart/chartParts';
import { chartSearch } from '../src/chart/chartSearch';
import { timelineOf } from '../src/chart/timeline';
import { measuredIn, trendsOf } from '../src/chart/trends';
import { isCriticalIn } from '../src/values/criticalValues';
import { measuredBy, severityOf, shownFlag, type Measured } from '../src/values/measured';
import { limitsIn, rangeOf } from '../src/values/referenceRange';
import { partsOf } from '../src/values/parts';

function measured(key: string, value: number | null, more: Partial<Measured> = {}): Measured {
  const nothing = { bound: null, low: null, high: null, range: null, flag: null, status: null, isCritical: false };
  return { key, name: key, value, text: String(value), unit: 'mmol/L', at: '2026-11-20T08:00:00Z', ...nothing, ...more };
}

test('What is critical stands first, then what is abnormal, then the rest by name', () => {
  const trends = trendsOf([
    measured('sodium', 139), measured('albumin', 40), measured('glucose', 9, { flag: 'H' }), measured('potassium', 6.9, { flag: 'HH' }),
  ]);

  expect(trends.map(({ key }) => key)).toEqual(['potassium', 'glucose', 'albumin', 'sodium']);
});

test('A test is drawn from its oldest to its latest value, and never across units', () => {
  const [trend] = trendsOf([
    measured('k', 5, { at: '2026-11-20T08:00:00Z' }),
    measured('k', 19.5, { at: '2026-10-01T08:00:00Z', unit: 'mg/dL' }),
    measured('k', 4, { at: '2026-09-01T08:00:00Z' }),
    measured('k', null, { at: '2026-11-01T08:00:00Z', text: 'hemolyzed' }),
  ]);

  expect(trend?.series.map(({ value }) => value)).toEqual([4, 5]);
  expect(trend?.latest.value).toBe(5);
  expect(trend?.previous?.text).toBe('hemolyzed');
});

test.each([
  [measured('k', 6.9, { flag: 'HH' }), 'critical', 'HH'],
  [measured('k', 5.6, { flag: 'H' }), 'abnormal', 'H'],
  [measured('k', 9, { flag: 'N', high: 5 }), 'normal', 'N'],
  [measured('k', 5.6, { high: 5.1 }), 'abnormal', 'H'],
  [measured('k', 3.1, { low: 3.5 }), 'abnormal', 'L'],
  [measured('k', 4, { low: 3.5, high: 5.1 }), 'normal', null],
  [measured('k', null), 'normal', null],
] as const)('What the laboratory says decides, and its range where it says nothing: %#', (value, severity, flag) => {
  expect([severityOf(value), shownFlag(value)]).toEqual([severity, flag]);
});

test.each([
  ['3.5-5.1', 3.5, 5.1],
  ['<= 5', null, 5],
  ['>= 60', 60, null],
  ['-2-2', -2, 2],
  ['negative', null, null],
  [null, null, null],
])('The range %s has the limits %s and %s', (range, low, high) => {
  expect(limitsIn(range)).toEqual({ low, high });
});

test('Times with different offsets are compared as instants', () => {
  const [trend] = trendsOf([
    measured('k', 6.8, { at: '2026-11-27T09:00:00-05:00' }),
    measured('k', 4, { at: '2026-11-27T10:00:00Z' }),
  ]);

  expect([trend?.latest.value, trend?.previous?.value]).toEqual([6.8, 4]);
});

test.each([
  [measured('k', 6.9, { isCritical: true, flag: 'H', high: 5.1 }), 'critical', 'HH'],
  [measured('k', 2, { isCritical: true, low: 3.5 }), 'critical', 'LL'],
  [measured('k', null, { isCritical: true }), 'critical', 'AA'],
  [measured('k', 9, { flag: 'local-7', high: 5.1 }), 'abnormal', 'H'],
  [measured('k', 4, { flag: 'local-7', high: 5.1 }), 'normal', 'local-7'],
] as const)("The server's word is critical, and an unknown flag leaves it to the range: %#", (value, severity, flag) => {
  expect([severityOf(value), shownFlag(value)]).toEqual([severity, flag]);
});

test('A value is the same from a report and from the record', () => {
  const report = { availableAt: '2026-11-20T08:00:00Z', tests: [{
    code: { code: '2823-3', system: null, display: null }, name: 'Potassium', value: 6.5, valueText: null, unit: 'mmol/L',
    range: '3.5-5.1', interpretation: 'HH', isCritical: true,
  }] } as unknown as LabResult;
  const observation = {
    resourceType: 'Observation', code: { text: 'Potassium', coding: [{ code: '2823-3' }] }, effectiveDateTime: '2026-11-20T08:00:00Z',
    valueQuantity: { value: 6.5, unit: 'mmol/L' }, interpretation: [{ coding: [{ code: 'HH' }] }],
    referenceRange: [{ low: { value: 3.5 }, high: { value: 5.1 } }],
  };

  expect(measuredIn(report)).toEqual([measuredBy(observation)]);
});

function encounter(id: string, startedAt: string): Encounter {
  const nothing = { status: 'finished', class: null, type: null, endedAt: null, reason: null, diagnoses: [], procedures: [], orders: [] };
  return { id, startedAt, ...nothing, vitals: {} as Encounter['vitals'], isSigned: false };
}

const nothing = { items: [], hasOlder: false };

function lab(id: string, availableAt: string): LabResult {
  const rest = { title: 'CBC', status: 'final', tests: [], hasCriticalValue: false, isViewed: true, viewings: [] };
  return { id, availableAt, ...rest };
}

test('The timeline is one line, the newest first', () => {
  const { entries, completeFrom } = timelineOf({
    labs: { items: [lab('l1', '2026-11-02T08:00:00Z')], hasOlder: false },
    encounters: { items: [encounter('e2', '2026-11-20T08:00:00Z'), encounter('e1', '2026-10-01')], hasOlder: false },
    imaging: nothing, medications: nothing,
  });

  expect(entries.map(({ key }) => key)).toEqual(['encounter e2', 'lab l1', 'encounter e1']);
  expect(completeFrom).toBeNull();
});

test('It ends where the first list ends of which there is more: nothing may be missing in between', () => {
  const { entries, completeFrom } = timelineOf({
    labs: { items: [lab('l2', '2026-11-02T08:00:00Z'), lab('l1', '2026-10-15T08:00:00Z')], hasOlder: true },
    encounters: { items: [encounter('e2', '2026-11-20T08:00:00Z'), encounter('e1', '2026-10-01T08:00:00Z')], hasOlder: false },
    imaging: nothing, medications: nothing,
  });

  expect(entries.map(({ key }) => key)).toEqual(['encounter e2', 'lab l2', 'lab l1']);
  expect(completeFrom).toBe('2026-10-15T08:00:00Z');
});

test('Views whose part is withheld are not offered, and their address shows the summary', () => {
  const chart = { withheld: ['allergies', 'medications', 'pendingImagingOrders', 'encounters'] };

  expect(openViews(chart).map(({ text }) => text)).toEqual(['Summary', 'Timeline', 'Results', 'Messages']);
  expect(shownView(chart, 'medications')).toBeUndefined();
  expect(shownView(chart, 'results')).toBe('results');
});

test('What is wrong in an address is dropped', () => {
  expect(chartSearch({ view: 'results', open: 'r-1', asOf: '2026-01-02T03:04:05Z' })).toEqual({
    view: 'results', open: 'r-1', asOf: '2026-01-02T03:04:05Z',
  });
  expect(chartSearch({ view: 'secrets', open: 'Kenji Chen', asOf: 'yesterday' })).toEqual({});
  expect(chartSearch({ asOf: '2999-01-01T00:00:00Z' })).toEqual({});
});

test('A value that is not final says so, and one below what can be measured is no number', () => {
  const observation = { resourceType: 'Observation', status: 'preliminary', valueQuantity: { value: 5, comparator: '<', unit: 'ng/mL' } };

  expect(measuredBy(observation)).toMatchObject({ status: 'Preliminary', value: null, text: '< 5' });
});

test.each([
  [{ value: 3, comparator: '<' }, 'L'],
  [{ value: 3.5, comparator: '<' }, 'L'],
  [{ value: 3.5, comparator: '<=' }, null],
  [{ value: 8, comparator: '>' }, 'H'],
  [{ value: 5.1, comparator: '>' }, 'H'],
  [{ value: 5.1, comparator: '>=' }, null],
  [{ value: 4, comparator: '>' }, null],
  [{ value: 9, comparator: '<' }, null],
])('A value beyond what can be measured is out of range where its bound is: %j is %s', (quantity, flag) => {
  const referenceRange = [{ low: { value: 3.5 }, high: { value: 5.1 } }];
  const value = measuredBy({ resourceType: 'Observation', valueQuantity: quantity, referenceRange });

  expect([shownFlag(value), severityOf(value)]).toEqual([flag, flag ? 'abnormal' : 'normal']);
});

const potassium = (value: number) => ({
  resourceType: 'Observation', code: { coding: [{ code: '2823-3' }] }, valueQuantity: { value, unit: 'mmol/L' },
});

test('A value of the record is critical where a report of the chart says so, and only that value', () => {
  const known = { name: 'Potassium', valueText: null, unit: 'mmol/L', range: null, interpretation: null, isCritical: true };
  const critical = { ...known, code: { code: '2823-3', system: null, display: null }, value: 6.9 };
  const report = { ...lab('l1', '2026-11-02T08:00:00Z'), tests: [critical] };

  expect([6.9, 4.2].map((value) => isCriticalIn([report], potassium(value)))).toEqual([true, false]);
  expect(severityOf(measuredBy(potassium(6.9), isCriticalIn([report], potassium(6.9))))).toBe('critical');
});

test('A panel is a row for each component, each with its own value, range and reason', () => {
  const panel = {
    resourceType: 'Observation', id: 'gas', status: 'final', code: { text: 'Blood gas' },
    component: [
      { code: { text: 'pH' }, valueQuantity: { value: 7.1 }, referenceRange: [{ low: { value: 7.35 } }] },
      { code: { text: 'Lactate' }, dataAbsentReason: { text: 'Hemolyzed' } },
    ],
  };

  const rows = partsOf(panel).map((part) => measuredBy(part)).map((part) => [part.name, part.text, shownFlag(part)]);

  expect(rows).toEqual([['pH', '7.1', 'L'], ['Lactate', 'No value: Hemolyzed', null]]);
  expect(partsOf({ ...panel, valueString: 'Acidosis' }).map(({ id }) => id)).toEqual(['gas', 'gas/0', 'gas/1']);
});

const glucose = (...referenceRange: object[]) => rangeOf({
  resourceType: 'Observation', valueQuantity: { value: 100, unit: 'mg/dL' }, referenceRange,
});

test('The range is the normal one, and one of another meaning or unit judges nothing', () => {
  const therapeutic = { type: { coding: [{ code: 'treatment' }], text: 'Therapeutic' }, low: { value: 1 }, high: { value: 2 } };
  const ofChildren = { low: { value: 60 }, high: { value: 80 }, age: { high: { value: 12 } } };

  expect(glucose(therapeutic, ofChildren, { low: { value: 70 }, high: { value: 99 } })).toEqual({ low: 70, high: 99, range: '70-99' });
  expect(glucose(therapeutic)).toEqual({ low: null, high: null, range: 'Therapeutic 1-2' });
  expect(glucose({ low: { value: 3.9, unit: 'mmol/L' }, high: { value: 5.5, unit: 'mmol/L' } }))
    .toEqual({ low: null, high: null, range: '3.9-5.5 mmol/L' });
  expect(glucose({ text: '70-99 mg/dL' })).toEqual({ low: 70, high: 99, range: '70-99 mg/dL' });
});

test('A test without a value says what was said about it, and what is negative is not outside of a range', () => {
  const nothingElse = { code: null, value: null, valueText: null, unit: null, range: null, isCritical: false };
  const negative = { ...nothingElse, name: 'Strep', interpretation: 'NEG' };
  const known = { id: 'r', title: 'Strep', status: 'final', availableAt: '2026-11-20T08:00:00Z' };
  const report = { ...known, tests: [negative] } as unknown as LabResult;
  const none = { items: [], hasOlder: false };

  expect(measuredIn(report)[0]).toMatchObject({ text: 'Negative' });
  const { entries } = timelineOf({ labs: { items: [report], hasOlder: false }, imaging: none, medications: none, encounters: none });
  expect(entries[0]!.detail).toBe('1 value');
});

test('A moment that is not over is not the past', () => {
  const now = new Date('2026-11-27T12:00:00Z');

  expect(instantOfField(fieldOf('2026-11-26T15:42:00Z'), now)).toBe('2026-11-26T15:42:00.000Z');
  expect(instantOfField(fieldOf('2026-11-28T15:42:00Z'), now)).toBeNull();
  expect(instantOfField('', now)).toBeNull();
});
