import { queryOptions } from '@tanstack/react-query';
import { getJson } from '../data/care/requests';
import { shownIn } from '../time/clinicZone';
import { atTime, isDay, today, type Day } from '../time/days';

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

/** The business calendar: stretches such as `08:00-12:00`, none where it is closed. */
export interface ClinicHours {
  readonly timeZone: string;
  readonly week: Readonly<Partial<Record<(typeof weekdays)[number], readonly string[]>>>;
  /** Days with other stretches than their weekday. */
  readonly days: Readonly<Record<Day, readonly string[]>>;
}

/** Null where none are set, and every hour counts as open. */
export const clinicHoursQuery = queryOptions({
  queryKey: ['clinic-hours'],
  queryFn: async () => (await getJson<{ hours?: ClinicHours | null }>('/api/patient-messages/options')).hours ?? null,
  staleTime: 600_000,
});

export interface Stay {
  readonly day: Day;
  /** `14:30` on the clinic's clock. */
  readonly time: string;
  readonly minutes: number;
}

/** Why the clinic is not open for all of an appointment; null where it is, or where nothing is known. */
export function closedText(hours: ClinicHours | null | undefined, stay: Stay): string | null {
  if (!hours || !isDay(stay.day) || !/^\d{2}:\d{2}/.test(stay.time)) return null;
  const { open, from, until } = placed(hours, stay);
  if (open.length === 0) return 'The clinic is closed on this day.';
  // Texts of 24 hours have the order of their times.
  if (open.some((stretch) => stretch.slice(0, 5) <= from && until <= stretch.slice(6))) return null;
  return `The clinic is closed at this time. It is open from ${open.join(' and from ').replaceAll('-', ' to ')}.`;
}

/** The next quarter of an hour at which the clinic is open, on a day from a time on; that time where there is none. */
export function proposedTime(hours: ClinicHours | null | undefined, day: Day, from: string, minutes: number): string {
  if (!isDay(day)) return from;
  const later = quarters.filter((time) => time >= from);
  // A morning of today is over.
  const times = day === today() ? later : [...later, ...quarters];
  return times.find((time) => closedText(hours, { day, time, minutes }) === null) ?? from;
}

const quarters = Array.from({ length: 96 }, (_, index) => clock(index * 15));

function placed(hours: ClinicHours, { day, time, minutes }: Stay) {
  const [on = '', from = ''] = shownIn(hours.timeZone, atTime(day, time)).split(' ');
  const [hour = 0, minute = 0] = from.split(':').map(Number);
  const open = hours.days[on] ?? hours.week[weekdays[new Date(`${on}T00:00:00Z`).getUTCDay()] ?? 'sunday'] ?? [];
  return { open, from, until: clock(hour * 60 + minute + minutes) };
}

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
