import { eventCatalogue, type AnyEvent } from '@vagus/client';
import type { ClinicTimes } from './clinicTimes.js';

/** What the events mean that may be told in passing, in the clinic's words. */
const meanings: Readonly<Record<string, string>> = {
  'appointment:created': 'Appointment booked',
  'appointment:updated': 'Appointment changed',
  'appointment:cancelled': 'Appointment cancelled',
  'appointment:checkedin': 'Patient checked in',
  'encounter:created': 'Visit started',
  'encounter:updated': 'Visit updated',
  'encounter:completed': 'Visit completed',
  'encounter:signed': 'Visit signed',
  'encounter:vitals_recorded': 'Vital signs recorded',
  'claim:denied': 'Claim denied',
  'claim:paid': 'Claim paid',
  'prior_auth:approved': 'Prior authorization approved',
  'prior_auth:denied': 'Prior authorization denied',
  'biopsy:result_received': 'Biopsy result received',
};

const urgent = new Set<string | null>(
  Object.values(eventCatalogue).flatMap(({ socketName, importance }) => (importance === 'normal' ? [] : [socketName])),
);

/** One line for people: what happened, to whom, when. An event without words of its own is named as it is. */
export function wordsOf({ name, payload }: AnyEvent, times: ClinicTimes): string {
  const text = (field: string) => (typeof payload[field] === 'string' ? payload[field] : undefined);
  const start = text('scheduledStart');
  const about = [text('patientName') ?? text('name'), start && times.dateAndTime(start)].filter(Boolean);
  const meaning = meanings[name] ?? sentenceCase(name.replaceAll(/[:_]/g, ' '));
  return about.length > 0 ? `${meaning}: ${about.join(', ')}` : meaning;
}

export function isUrgent({ name }: AnyEvent): boolean {
  return urgent.has(name);
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
