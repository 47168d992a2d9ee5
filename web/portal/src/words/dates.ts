import type { Language } from './write';

/** Dates and times as people of a language write them. An instant is shown in the zone of the device. */
export interface Dates {
  /** "Thu, Nov 26", with the year where it is another. */
  day(instant: string | Date): string;
  /** "Thursday, November 26" */
  longDay(instant: string | Date): string;
  time(instant: string | Date): string;
  /** "Thu, Nov 26, 4:05 PM"; of today the time alone. */
  when(instant: string | Date): string;
  /** A birth date such as 1984-05-06, which has no zone. */
  birthDate(date: string): string;
  /** "New York time" */
  zoneName(): string;
}

/** The form of the language that the person has chosen in the browser: a Briton reads days before months. */
export function localeOf(language: Language, asked: readonly string[]): string {
  return asked.find((tag) => tag.slice(0, 2).toLowerCase() === language) ?? language;
}

export function datesOf(locale: string, zone?: string, now: () => Date = () => new Date()): Dates {
  const inZone = zone === undefined ? {} : { timeZone: zone };
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { ...inZone, ...options });
  const shortDay = format({ weekday: 'short', month: 'short', day: 'numeric' });
  const dayWithYear = format({ weekday: 'short', month: 'short', day: 'numeric', year: 'numeric' });
  const longDay = format({ weekday: 'long', month: 'long', day: 'numeric' });
  const longDayWithYear = format({ weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' });
  const time = format({ hour: 'numeric', minute: '2-digit' });
  const year = format({ year: 'numeric' });
  const calendarDay = format({ year: 'numeric', month: 'numeric', day: 'numeric' });
  const birthDate = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', year: 'numeric', month: 'long', day: 'numeric' });
  const isThisYear = (instant: string | Date) => year.format(new Date(instant)) === year.format(now());
  const dates: Dates = {
    day: (instant) => (isThisYear(instant) ? shortDay : dayWithYear).format(new Date(instant)),
    longDay: (instant) => (isThisYear(instant) ? longDay : longDayWithYear).format(new Date(instant)),
    time: (instant) => time.format(new Date(instant)),
    when: (instant) => {
      const isToday = calendarDay.format(new Date(instant)) === calendarDay.format(now());
      return isToday ? dates.time(instant) : `${dates.day(instant)}, ${dates.time(instant)}`;
    },
    // A year or a month alone stays as it is.
    birthDate: (date) => (date.length === 10 ? birthDate.format(new Date(`${date}T00:00:00Z`)) : date),
    zoneName: () => format({ timeZoneName: 'long' }).formatToParts(now()).find(({ type }) => type === 'timeZoneName')?.value ?? '',
  };
  return dates;
}
