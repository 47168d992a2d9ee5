import { instantShown, shownAt } from './clinicZone';

/** A day is written `2026-11-21` and means that day where the clinic is. */
export type Day = string;

const dayMs = 24 * 60 * 60_000;

export function dayOf(instant: Date): Day {
  return written(shownAt(instant.getTime())).slice(0, 10);
}

/** What the clinic's clock shows: `14:30`. */
export function clockOf(instant: Date): string {
  return written(shownAt(instant.getTime())).slice(11, 16);
}

export function today(): Day {
  return dayOf(new Date());
}

export function isDay(text: unknown): text is Day {
  return typeof text === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(text) && written(midnightOf(text)).slice(0, 10) === text;
}

export function startOf(day: Day): Date {
  return atTime(day, '00:00');
}

/** Through the calendar, not by 24 hours: some days have 23 or 25. */
export function addDays(day: Day, count: number): Day {
  return written(midnightOf(day) + count * dayMs).slice(0, 10);
}

export function atTime(day: Day, time: string): Date {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return new Date(instantShown(midnightOf(day) + (hours * 60 + minutes) * 60_000));
}

/** By the clock: on a day of 23 or 25 hours nine o'clock is nine hours into it all the same. */
export function minutesInto(day: Day, instant: Date): number {
  return Math.round((shownAt(instant.getTime()) - midnightOf(day)) / 60_000);
}

/** The week around a day, from Monday on. */
export function weekOf(day: Day): Day[] {
  const monday = addDays(day, -((new Date(midnightOf(day)).getUTCDay() + 6) % 7));
  return Array.from({ length: 7 }, (_, index) => addDays(monday, index));
}

/** The calendar has no zone: a day begins at midnight of a clock in UTC. */
function midnightOf(day: Day): number {
  return Date.parse(`${day}T00:00:00Z`);
}

function written(clock: number): string {
  return Number.isNaN(clock) ? 'No date' : new Date(clock).toISOString();
}
