export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof weekdays)[number];

export interface Calendar {
  readonly timeZone: string;
  readonly week: Readonly<Partial<Record<Weekday, readonly string[]>>>;
  readonly closed?: readonly string[];
  readonly days?: Readonly<Record<string, readonly string[]>>;
}

/** The part of the setting `messaging` that is edited here; the rest is sent back as it was. */
export interface MessagingSetting {
  readonly calendar?: Calendar;
  readonly [member: string]: unknown;
}

const stretch = /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/;

/** `08:00-12:00, 13:00-17:00` as the server has it; null where it is not that. */
export function readHours(text: string): readonly string[] | null {
  const parts = text.split(',').map((part) => part.replaceAll(/\s/g, '').replaceAll('–', '-')).filter(Boolean);
  return parts.every((part) => stretch.test(part) && part.slice(0, 5) < part.slice(6)) ? parts : null;
}

/** Days, one a line or separated by commas; null where one is none. */
export function readDays(text: string): readonly string[] | null {
  const days = text.split(/[\s,;]+/).filter(Boolean);
  return days.every((day) => /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day))) ? days : null;
}
