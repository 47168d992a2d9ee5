/** A day is written `2026-11-21` and means that day where this browser is. */
export type Day = string;

export function dayOf(instant: Date): Day {
  const month = String(instant.getMonth() + 1).padStart(2, '0');
  const date = String(instant.getDate()).padStart(2, '0');
  return `${instant.getFullYear()}-${month}-${date}`;
}

export function today(): Day {
  return dayOf(new Date());
}

export function isDay(text: unknown): text is Day {
  return typeof text === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(startOf(text).getTime());
}

export function startOf(day: Day): Date {
  const [year, month, date] = day.split('-').map(Number);
  return new Date(year ?? Number.NaN, (month ?? 1) - 1, date ?? 1);
}

/** Through the calendar, not by 24 hours: some days have 23 or 25. */
export function addDays(day: Day, count: number): Day {
  const start = startOf(day);
  return dayOf(new Date(start.getFullYear(), start.getMonth(), start.getDate() + count));
}

export function atTime(day: Day, time: string): Date {
  const [hours, minutes] = time.split(':').map(Number);
  const start = startOf(day);
  return new Date(start.getFullYear(), start.getMonth(), start.getDate(), hours ?? 0, minutes ?? 0);
}

export function minutesInto(day: Day, instant: Date): number {
  return Math.round((instant.getTime() - startOf(day).getTime()) / 60_000);
}

/** The week around a day, from Monday on. */
export function weekOf(day: Day): Day[] {
  const monday = addDays(day, -((startOf(day).getDay() + 6) % 7));
  return Array.from({ length: 7 }, (_, index) => addDays(monday, index));
}
