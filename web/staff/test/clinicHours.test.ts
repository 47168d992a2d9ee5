import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { closedText, proposedTime, type ClinicHours } from '../src/appointments/clinicHours';

/** The clinic's clock is that of New York in these tests. */
const hours: ClinicHours = {
  timeZone: 'America/New_York',
  week: { monday: ['08:00-12:00', '13:00-17:00'], friday: ['08:00-12:00'] },
  days: { '2026-12-25': [], '2026-11-30': ['10:00-24:00'] },
};

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-27T16:00:00-05:00') }));
afterEach(() => void vi.useRealTimers());

describe('An appointment when the clinic is closed is said to be one', () => {
  test.each([
    ['2026-12-07', '08:00', 30, null],
    ['2026-12-07', '11:30', 30, null],
    ['2026-12-07', '11:45', 30, 'The clinic is closed at this time. It is open from 08:00 to 12:00 and from 13:00 to 17:00.'],
    ['2026-12-07', '07:45', 15, 'The clinic is closed at this time. It is open from 08:00 to 12:00 and from 13:00 to 17:00.'],
    ['2026-12-08', '09:00', 30, 'The clinic is closed on this day.'],
    ['2026-12-25', '09:00', 30, 'The clinic is closed on this day.'],
    ['2026-11-30', '23:30', 30, null],
    ['2026-11-30', '23:45', 30, 'The clinic is closed at this time. It is open from 10:00 to 24:00.'],
    ['', '09:00', 30, null],
  ])('%s %s, %i min: %s', (day, time, minutes, text) => {
    expect(closedText(hours, { day, time, minutes })).toBe(text);
  });

  test('Hours of another zone are those of its clock', () => {
    const inDenver = { ...hours, timeZone: 'America/Denver' };

    expect(closedText(inDenver, { day: '2026-12-07', time: '09:45', minutes: 15 })).toContain('closed at this time');
    expect(closedText(inDenver, { day: '2026-12-07', time: '10:00', minutes: 30 })).toBeNull();
  });

  test('Nothing is said where no hours are set, or while they are not loaded', () => {
    expect(closedText(null, { day: '2026-12-08', time: '03:00', minutes: 30 })).toBeNull();
    expect(closedText(undefined, { day: '2026-12-08', time: '03:00', minutes: 30 })).toBeNull();
  });
});

describe('A closed hour is not proposed', () => {
  test.each([
    ['the time, where it is open', '2026-12-07', '10:15', '10:15'],
    ['the end of the break', '2026-12-07', '11:45', '13:00'],
    ['the next morning of a day to come', '2026-12-07', '18:00', '08:00'],
    ['the time itself on a day that is closed', '2026-12-08', '10:15', '10:15'],
    ['no morning of today that is over', '2026-11-27', '16:00', '16:00'],
  ])('%s', (_what, day, from, time) => {
    expect(proposedTime(hours, day, from, 30)).toBe(time);
  });
});
