import { startOf, today, type Day } from './days';

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const clockWithSeconds = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit', second: '2-digit' });
const longDay = new Intl.DateTimeFormat(undefined, { weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' });
const shortDate = new Intl.DateTimeFormat(undefined, { year: 'numeric', month: 'short', day: 'numeric' });

export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

export function timeText(instant: string | Date | undefined): string {
  return instant ? clock.format(new Date(instant)) : 'No time';
}

export function timeWithSeconds(instant: string): string {
  return clockWithSeconds.format(new Date(instant));
}

export function dayText(day: Day): string {
  return longDay.format(startOf(day));
}

/** A FHIR date may be a year, a month or a day; those have no time zone and stay as they are. */
export function dateText(date: string | undefined): string {
  if (!date) return 'Date not recorded';
  if (/^\d{4}(-\d{2})?$/.test(date)) return date;
  return shortDate.format(date.length === 10 ? startOf(date) : new Date(date));
}

export function dateAndTime(instant: string | undefined): string {
  return instant ? `${dateText(instant)}, ${timeText(instant)}` : 'No time';
}

/** Whole years on a day, from calendar dates only. */
export function ageOn(birthDate: string | undefined, day: Day = today()): number | null {
  if (!birthDate || birthDate.length < 4) return null;
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return birthDate.slice(5) > day.slice(5) ? years - 1 : years;
}
