import type { Appointment } from './appointments';

/** RFC 5545. Its title says nothing of the visit: calendars are shared and shown on locked screens. */
export function calendarFile(appointment: Appointment, title: string, now: Date): string | null {
  if (appointment.start === null) return null;
  const end = appointment.end ?? appointment.start;
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Vagus//Portal//EN',
    'BEGIN:VEVENT',
    `UID:${appointment.id}@vagus`,
    `DTSTAMP:${utc(now.toISOString())}`,
    `DTSTART:${utc(appointment.start)}`,
    `DTEND:${utc(end)}`,
    `SUMMARY:${escaped(title)}`,
    ...(appointment.location ? [`LOCATION:${escaped(appointment.location)}`] : []),
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
}

function utc(instant: string): string {
  return `${new Date(instant).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\;,]/g, (sign) => `\\${sign}`).replaceAll(/\r?\n/g, '\\n');
}
