import { expect, test } from 'vitest';
import type { Appointment } from '../src/data/fhir/resources';
import { placeInLanes } from '../src/schedule/lanes';

function from(id: string, start: string, minutes: number): Appointment {
  const begin = new Date(`2026-11-21T${start}:00Z`);
  const end = new Date(begin.getTime() + minutes * 60_000);
  return { resourceType: 'Appointment', id, status: 'booked', start: begin.toISOString(), end: end.toISOString(), participant: [] };
}

function lanesOf(...appointments: Appointment[]): Record<string, string> {
  const placed = placeInLanes(appointments);
  return Object.fromEntries(placed.map(({ appointment, lane, lanes }) => [appointment.id, `${lane + 1} of ${lanes}`]));
}

test('Appointments one after another have the whole width', () => {
  expect(lanesOf(from('a', '09:00', 30), from('b', '09:30', 30))).toEqual({ a: '1 of 1', b: '1 of 1' });
});

test('Overlapping appointments stand side by side and a lane is used again when it is free', () => {
  const lanes = lanesOf(from('a', '09:00', 60), from('b', '09:15', 15), from('c', '09:30', 60), from('d', '11:00', 15));

  expect(lanes).toEqual({ a: '1 of 2', b: '2 of 2', c: '2 of 2', d: '1 of 1' });
});
