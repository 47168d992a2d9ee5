import { QueryClient } from '@tanstack/react-query';
import { beforeEach, expect, test } from 'vitest';
import { placeAppointment, shownVersion } from '../src/appointments/dayAppointments';
import type { Appointment } from '../src/data/fhir/resources';
import { atTime } from '../src/time/days';

const today = ['appointments', '2026-11-21'];
const tomorrow = ['appointments', '2026-11-22'];
let queries: QueryClient;

function version(number: number, day = '2026-11-21', status = 'booked'): Appointment {
  const start = atTime(day, '10:00').toISOString();
  return { resourceType: 'Appointment', id: 'a', meta: { versionId: String(number) }, status, start, participant: [] };
}

function ids(key: string[]): (string | undefined)[] {
  return queries.getQueryData<Appointment[]>(key)!.map((appointment) => appointment.id);
}

beforeEach(() => {
  queries = new QueryClient();
  queries.setQueryData(today, []);
  queries.setQueryData(tomorrow, []);
});

test('A new appointment goes to its day only', () => {
  expect(placeAppointment(queries, version(1))).toBe('new');

  expect(ids(today)).toEqual(['a']);
  expect(ids(tomorrow)).toEqual([]);
});

test('A newer version replaces, an older or repeated one changes nothing', () => {
  placeAppointment(queries, version(2, '2026-11-21', 'arrived'));

  expect(placeAppointment(queries, version(1))).toBe('unchanged');
  expect(placeAppointment(queries, version(2))).toBe('unchanged');
  expect(queries.getQueryData<Appointment[]>(today)![0]!.status).toBe('arrived');
  expect(placeAppointment(queries, version(10, '2026-11-21', 'cancelled'))).toBe('changed');
  expect(shownVersion(queries, 'a')).toBe('10');
});

test('A rescheduled appointment moves to its new day', () => {
  placeAppointment(queries, version(1));

  placeAppointment(queries, version(2, '2026-11-22'));

  expect(ids(today)).toEqual([]);
  expect(ids(tomorrow)).toEqual(['a']);
});
