import type { AnyEvent } from '@vagus/client';
import { expect, test } from 'vitest';
import { bookingErrors } from '../src/appointments/bookAppointment';
import { rangeText, statusWord, unitText, valueText } from '../src/values/resultWords';
import { personName, recordNumber, referenceId } from '../src/data/fhir/words';
import { eventSentence } from '../src/data/live/eventSentence';
import { kindOf } from '../src/feed/feedKinds';
import { safeReturnPath } from '../src/shell/returnPath';

function event(name: string, data: Record<string, unknown> = {}): AnyEvent {
  const payload = { eventId: 'e', sequence: 1, occurredAt: '2026-11-21T10:00:00Z', patientId: null, ...data };
  return { name, payload };
}

test('An event is a sentence with whom it is about', () => {
  const { text, weight } = eventSentence(event('lab:critical_alert', { patientName: 'Ana Ruiz', testName: 'Potassium' }));

  expect(text).toBe('Critical lab result: Ana Ruiz, Potassium');
  expect(weight).toBe('critical');
});

test.each([
  ['lab:critical_alert', 'critical'],
  ['patient:allergy_added', 'critical'],
  ['claim:denied', 'critical'],
  ['alert:raised', 'usual'],
  ['patient:created', 'usual'],
  ['pharmacy:refill_asked', 'usual'],
])('How much %s stands out is the importance that the catalogue gives it: %s', (name, weight) => {
  expect(eventSentence(event(name)).weight).toBe(weight);
});

test('An event that this version does not know is still readable', () => {
  expect(eventSentence(event('pharmacy:refill_asked')).text).toBe('pharmacy refill asked');
  expect(kindOf('pharmacy:refill_asked')).toBe('medication');
  expect(kindOf('notification')).toBeNull();
});

test('Only a path of this app is a place to return to', () => {
  expect(safeReturnPath('/patients/1')).toBe('/patients/1');
  for (const path of ['https://evil.example', '//evil.example', '/\\evil.example', '/sign-in?return=/x', undefined]) {
    expect(safeReturnPath(path)).toBe('/');
  }
});

test('A person is named officially, and a doctor keeps the title', () => {
  const official = { use: 'official', family: 'Lee', given: ['Amara'], prefix: ['Dr.'] };
  expect(personName({ name: [{ family: 'B' }, official] })).toBe('Dr. Amara Lee');
  expect(personName({ name: [{ family: 'Ruiz', given: ['Ana'], prefix: ['Ms.'] }] })).toBe('Ana Ruiz');
  expect(personName(undefined)).toBe('Name not recorded');
});

function recordNumberOf(value: string): string | null {
  return recordNumber({ resourceType: 'Patient', identifier: [{ type: { coding: [{ code: 'MR' }] }, value }] });
}

test('A record number is written without the word that stands before it', () => {
  for (const value of ['MRN100058', 'MRN 100058', 'mrn: 100058', '100058']) expect(recordNumberOf(value)).toBe('100058');
  expect(recordNumberOf('MRN')).toBe('MRN');
});

test('A reference tells the id of its own type only', () => {
  expect(referenceId({ reference: 'https://x.example/fhir/Patient/7' }, 'Patient')).toBe('7');
  expect(referenceId({ reference: 'Practitioner/7' }, 'Patient')).toBeNull();
});

test('A value has its unit and its normal range', () => {
  expect(valueText({ resourceType: 'Observation', valueQuantity: { value: 161.93504, unit: 'cm' } })).toBe('161.94 cm');
  expect(valueText({ resourceType: 'Observation', valueQuantity: { value: 150_234, unit: '/uL' } })).toBe('150,234 /µL');
  expect(valueText({ resourceType: 'Observation', valueQuantity: { value: 12_345.678, unit: 'g' } })).toBe('12,345.68 g');
  const below = { value: 0.0123, comparator: '<', unit: 'ng/mL' };
  expect(valueText({ resourceType: 'Observation', valueQuantity: below })).toBe('< 0.0123 ng/mL');
  expect(rangeText('<= 5', 'mg')).toBe('Normal up to 5 mg');
  expect(rangeText('3.5-5.1', 'mmol/L')).toBe('Normal 3.5 to 5.1 mmol/L');
  expect(rangeText('3.5-5.1 mmol/L', 'mmol/L')).toBe('Normal 3.5 to 5.1 mmol/L');
  expect(rangeText('150000-450000', '/uL')).toBe('Normal 150,000 to 450,000 /µL');
  expect(rangeText('negative', null)).toBe('Reference: negative');
  expect(rangeText(null, 'mg')).toBeNull();
});

test('A value that was taken back is not shown, and what was only said about a test is its value', () => {
  const potassium = { resourceType: 'Observation', valueQuantity: { value: 6.9, unit: 'mmol/L' } };

  expect(valueText({ ...potassium, status: 'entered-in-error' })).toBe('Entered in error');
  expect(valueText({ resourceType: 'Observation', interpretation: [{ coding: [{ code: 'NEG' }] }] })).toBe('Negative');
  expect(valueText({ resourceType: 'Observation', interpretation: [{ coding: [{ code: 'POS' }] }] })).toBe('Positive');
  const said = [
    { valueInteger: 3 }, { valueBoolean: true }, { valueBoolean: false }, { valueDateTime: '2026-11' },
    { valueRatio: { numerator: { value: 1 }, denominator: { value: 128 } } }, { valueRange: { low: { value: 5 }, high: { value: 10 } } },
    { dataAbsentReason: { coding: [{ code: 'unknown', display: 'Not measured' }] } }, { dataAbsentReason: {} }, {},
  ];
  expect(said.map((each) => valueText({ resourceType: 'Observation', ...each }))).toEqual([
    '3', 'Yes', 'No', '2026-11', '1 : 128', '5 to 10', 'No value: Not measured', 'No value: reason not named', 'No value',
  ]);
  expect([statusWord('preliminary'), statusWord('final')]).toEqual(['Preliminary', null]);
});

test.each([
  ['10*3/uL', '×10³/µL'],
  ['mm[Hg]', 'mmHg'],
  ['Cel', '°C'],
  ['mg/dL', 'mg/dL'],
  ['{score}', ''],
  [null, ''],
])('The unit %s is written %s', (unit, text) => {
  expect(unitText(unit)).toBe(text);
});

test('A booking without patient, provider or time is refused by the form', () => {
  const errors = bookingErrors({ patient: null, provider: null, room: null, day: '', time: '', minutes: 30, reason: '' });

  expect(Object.keys(errors)).toEqual(['patient', 'provider', 'day', 'time']);
});
