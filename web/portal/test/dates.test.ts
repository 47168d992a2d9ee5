import { expect, test } from 'vitest';
import { clinicDates } from '../src/data/useClinicDates';
import { datesOf, localeOf } from '../src/words/dates';

const now = () => new Date('2026-11-27T17:00:00Z');
const summer = () => new Date('2026-07-10T17:00:00Z');
const newYork = datesOf('en-US', 'America/New_York', now);
const spanish = datesOf('es-MX', 'America/New_York', now);

const plain = (text: string) => text.replaceAll(/\s/g, ' ');

test('An instant of today is its time alone, and a day of another year has its year', () => {
  expect(plain(newYork.when('2026-11-27T15:05:00Z'))).toBe('10:05 AM');
  expect(plain(newYork.when('2026-11-26T15:05:00Z'))).toBe('Thu, Nov 26, 10:05 AM');
  expect(newYork.day('2025-11-26T15:05:00Z')).toBe('Wed, Nov 26, 2025');
});

test('Today is the day of the clock that is shown, not of UTC', () => {
  const late = datesOf('en-US', 'America/New_York', () => new Date('2026-11-28T02:00:00Z'));

  expect(plain(late.when('2026-11-27T15:05:00Z'))).toBe('10:05 AM');
});

test('A birth date has no zone', () => {
  expect(newYork.birthDate('1984-05-06')).toBe('May 6, 1984');
  expect(newYork.birthDate('1984')).toBe('1984');
});

test('Spanish writes days in Spanish', () => {
  expect(spanish.longDay('2026-11-26T15:05:00Z')).toBe('jueves, 26 de noviembre');
  expect(spanish.zoneName()).toMatch(/hora/i);
});

test('The form of the language is the one that the browser asks for', () => {
  expect(localeOf('en', ['es-MX', 'en-GB', 'en-US'])).toBe('en-GB');
  expect(localeOf('es', ['en-US'])).toBe('es');
});

test('An appointment is told on the clinic’s clock, with its zone where the device shows another time', () => {
  const zurich = datesOf('en-US', 'Europe/Zurich', now);

  const abroad = clinicDates('en-US', 'America/New_York', zurich, now);

  expect(plain(abroad.dates.time('2026-11-27T15:05:00Z'))).toBe('10:05 AM');
  expect(abroad.zoneName).toBe('Eastern Standard Time');
  expect(clinicDates('en-US', 'America/Toronto', newYork, now)).toEqual({ dates: newYork, zoneName: null });
  expect(clinicDates('en-US', 'UTC', newYork, now).dates).toBe(newYork);
  const phoenix = clinicDates('en-US', 'America/Phoenix', datesOf('en-US', 'America/Los_Angeles', summer), summer);
  expect(plain(phoenix.dates.time('2026-12-01T16:00:00Z'))).toBe('9:00 AM');
  expect(phoenix.zoneName).toBe('Mountain Standard Time');
  expect(clinicDates('en-US', 'Nowhere/Atall', newYork, now).dates).toBe(newYork);
});
