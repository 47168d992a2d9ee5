import { atTime, clockOf, dayOf, isDay } from '../time/days';

const dayMs = 24 * 60 * 60_000;

/** The value of a field for date and time, on the clinic's clock. */
export function fieldOf(instant: string): string {
  const at = new Date(instant);
  return `${dayOf(at)}T${clockOf(at)}`;
}

/** The instant of such a field; null where it is none, or not over yet. */
export function instantOfField(field: string, now: Date): string | null {
  const [day, time = ''] = field.split('T');
  if (!isDay(day) || !/^\d{2}:\d{2}/.test(time)) return null;
  const at = atTime(day, time);
  return at >= now ? null : at.toISOString();
}

export function daysBefore(instant: string, now: Date): number {
  return Math.max(0, Math.round((now.getTime() - Date.parse(instant)) / dayMs));
}
