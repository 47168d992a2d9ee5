import { expect, test } from 'vitest';
import { addDays, atTime, dayOf, isDay, minutesInto, startOf } from '../src/time/days';
import { ageOn, dateText } from '../src/time/words';

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
  expect(isDay(20261121)).toBe(false);
});

test('An age counts birthdays and a date of birth never moves with the time zone', () => {
  expect(ageOn('1980-11-22', '2026-11-21')).toBe(45);
  expect(ageOn('1980-11-21', '2026-11-21')).toBe(46);
  expect(dateText('1980-01-01')).toContain('1980');
  expect(dateText('1980')).toBe('1980');
});
