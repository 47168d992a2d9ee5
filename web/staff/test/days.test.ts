// @vitest-environment jsdom
import { act, renderHook } from '@testing-library/react';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { byStart } from '../src/appointments/appointment';
import { fieldOf, instantOfField } from '../src/chart/asOf';
import { nextMonday, tomorrowMorning } from '../src/inbox/threadActions';
import { setClinicZone } from '../src/time/clinicZone';
import { addDays, atTime, clockOf, dayOf, isDay, minutesInto, startOf, weekOf } from '../src/time/days';
import { useToday } from '../src/time/useToday';
import { ageOn, dateAndTime, dateText, dayText, zoneText } from '../src/time/words';

afterEach(() => setClinicZone(undefined));

test('The day after the clocks change is the next day', () => {
  expect(addDays('2026-10-31', 1)).toBe('2026-11-01');
  expect(addDays('2026-11-01', 1)).toBe('2026-11-02');
  expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
});

test('A time of day is that time on the clinic clock', () => {
  const start = atTime('2026-11-21', '14:30');

  expect(dayOf(start)).toBe('2026-11-21');
  expect(minutesInto('2026-11-21', start)).toBe(14 * 60 + 30);
  expect(startOf('2026-11-21').getHours()).toBe(0);
});

test('Only a real date in an address is a day', () => {
  expect(isDay('2026-11-21')).toBe(true);
  expect(isDay('tomorrow')).toBe(false);
  expect(isDay('2026-02-31')).toBe(false);
  expect(isDay(20261121)).toBe(false);
});

test('An age counts birthdays and a date of birth never moves with the time zone', () => {
  expect(ageOn('1980-11-22', '2026-11-21')).toBe(45);
  expect(ageOn('1980-11-21', '2026-11-21')).toBe(46);
  expect(dateText('1980-01-01')).toContain('1980');
  expect(dateText('1980')).toBe('1980');
});

function hoursOf(day: string): number {
  return (startOf(addDays(day, 1)).getTime() - startOf(day).getTime()) / 3_600_000;
}

describe('Seen from another zone, days and times are the clinic’s', () => {
  // This device is in New York (vitest.config.ts).
  const late = new Date('2026-11-27T23:30:00Z');

  test('The day, the clock and the start of the day', () => {
    setClinicZone('Europe/Zurich');

    expect([dayOf(late), clockOf(late)]).toEqual(['2026-11-28', '00:30']);
    expect(startOf('2026-11-28').toISOString()).toBe('2026-11-27T23:00:00.000Z');
    expect(atTime('2026-11-28', '08:15').toISOString()).toBe('2026-11-28T07:15:00.000Z');
    expect(minutesInto('2026-11-28', late)).toBe(30);
    expect(dateAndTime(late.toISOString())).toBe('Nov 28, 2026, 12:30 AM');
    expect(dayText('2026-11-28')).toBe('Saturday, November 28, 2026');
    expect(weekOf('2026-11-28')).toEqual(['23', '24', '25', '26', '27', '28', '29'].map((day) => `2026-11-${day}`));
    expect(dateText('1980-01-01')).toContain('Jan 1, 1980');
  });

  test('Days have 23 or 25 hours when the clinic’s clock is changed, and a time that is left out is an hour later', () => {
    setClinicZone('Europe/Zurich');

    expect(['2026-03-29', '2026-10-25', '2026-11-01'].map(hoursOf)).toEqual([23, 25, 24]);
    expect(clockOf(atTime('2026-03-29', '02:30'))).toBe('03:30');
    expect(clockOf(atTime('2026-10-25', '12:00'))).toBe('12:00');
  });

  test('What is asked for until tomorrow, Monday or a moment of the past is meant on its clock', () => {
    setClinicZone('Pacific/Auckland');

    expect(tomorrowMorning(late)).toBe('2026-11-28T19:00:00.000Z');
    expect(nextMonday(late)).toBe('2026-11-29T19:00:00.000Z');
    expect(fieldOf(late.toISOString())).toBe('2026-11-28T12:30');
    expect(instantOfField('2026-11-28T12:30', new Date('2026-11-28T00:00:00Z'))).toBe(late.toISOString());
    expect(instantOfField('2026-11-28T12:30', new Date('2026-11-27T00:00:00Z'))).toBeNull();
  });

  test.each([
    ['Europe/Zurich', 'Times are those of Zurich. Your clock is 6 h behind.'],
    ['America/Los_Angeles', 'Times are those of Los Angeles. Your clock is 3 h ahead.'],
    ['Asia/Kolkata', 'Times are those of Kolkata. Your clock is 10 h 30 min behind.'],
    ['America/Toronto', null],
    ['UTC', null],
    ['Nowhere/Atall', null],
  ])('%s: %s', (zone, text) => {
    setClinicZone(zone);

    expect(zoneText(late.getTime())).toBe(text);
  });
});

test('On a day of 23 or of 25 hours a time stands where the clock shows it', () => {
  setClinicZone('America/New_York');

  expect(['2026-03-08', '2026-11-01'].map((day) => minutesInto(day, atTime(day, '09:00')))).toEqual([540, 540]);
});

test('Appointments stand in order of time, in whichever zone their start is written', () => {
  const starts = ['2026-11-27T10:00:00Z', '2026-11-27T09:00:00-05:00', '2026-11-27T12:00:00+01:00'];
  const appointments = starts.map((start) => ({ resourceType: 'Appointment' as const, status: 'booked', start, participant: [] }));

  expect(appointments.toSorted(byStart).map(({ start }) => start)).toEqual([starts[0], starts[2], starts[1]]);
});

test('The day turns at midnight of the clinic while the page stays open', () => {
  vi.useFakeTimers({ now: new Date('2026-11-28T04:59:50Z') });
  setClinicZone('America/New_York');
  const { result } = renderHook(useToday);
  expect(result.current).toBe('2026-11-27');

  act(() => void vi.advanceTimersByTime(40_000));

  expect(result.current).toBe('2026-11-28');
  vi.useRealTimers();
});
