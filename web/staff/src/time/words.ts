import { clinicZone, minutesAhead, zoned } from './clinicZone';
import { startOf, today, type Day } from './days';

const clock = zoned({ hour: 'numeric', minute: '2-digit' });
const clockWithSeconds = zoned({ hour: 'numeric', minute: '2-digit', second: '2-digit' });
const longDay = zoned({ weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' });
const shortDate = zoned({ year: 'numeric', month: 'short', day: 'numeric' });

export function timeText(instant: string | Date | undefined): string {
  return instant ? clock(new Date(instant)) : 'No time';
}

export function timeWithSeconds(instant: string): string {
  return clockWithSeconds(new Date(instant));
}

export function dayText(day: Day): string {
  return longDay(startOf(day));
}

/** A FHIR date may be a year, a month or a day; those have no time zone and stay as they are. */
export function dateText(date: string | undefined): string {
  if (!date) return 'Date not recorded';
  if (/^\d{4}(-\d{2})?$/.test(date)) return date;
  return shortDate(date.length === 10 ? startOf(date) : new Date(date));
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

/** Whose times are shown, where this device's clock shows others: "Times are those of New York. Your clock is 6 h ahead." */
export function zoneText(now: number): string | null {
  const ahead = minutesAhead(now);
  if (ahead === 0) return null;
  const [hours, minutes] = [Math.floor(Math.abs(ahead) / 60), Math.abs(ahead) % 60];
  const span = [hours > 0 ? `${hours} h` : '', minutes > 0 ? `${minutes} min` : ''].filter(Boolean).join(' ');
  const place = clinicZone().replace(/^.*\//, '').replaceAll('_', ' ');
  return `Times are those of ${place}. Your clock is ${span} ${ahead > 0 ? 'ahead' : 'behind'}.`;
}
