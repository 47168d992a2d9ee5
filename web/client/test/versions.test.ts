import { expect, test } from 'vitest';
import { isStale, parseReference } from '../src/index';

test('A reference with a version is taken apart', () => {
  expect(parseReference('Appointment/a-1/_history/3')).toEqual({ type: 'Appointment', id: 'a-1', version: '3' });
  expect(parseReference('https://clinic.example/fhir/Patient/12')).toEqual({ type: 'Patient', id: '12', version: null });
  expect(parseReference('nothing')).toBeNull();
});

test('An older or equal version is stale, a newer or unknown one is not', () => {
  expect(isStale('10', '9')).toBe(true);
  expect(isStale('10', '10')).toBe(true);
  expect(isStale('9', '10')).toBe(false);
  expect(isStale(undefined, '1')).toBe(false);
  expect(isStale('abc', 'abd')).toBe(false);
});
