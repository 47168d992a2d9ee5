import { ageOn, dateText, timeText } from '../time/words';
import { bareNumber } from '../data/fhir/words';
import { zoned } from '../time/clinicZone';
import { dayOf, today } from '../time/days';
import { failureText } from '../ui/failures';
import { HeicNotDrawn, Problem, type HeicFault } from '@vagus/client';
import { NoAnswer } from '../data/fhir/requests';
import { NewerMessages } from './ask';
import type { Category, Participant, Priority, Status, Thread } from './messages';

export const categoryWords: Record<Category, string> = {
  general: 'General',
  prescription_refill: 'Refill',
  appointment: 'Appointment',
  billing: 'Billing',
  medical_question: 'Medical question',
  other: 'Other',
};

export const priorityWords: Record<Priority, string> = { low: 'Low', normal: 'Normal', high: 'High', urgent: 'Urgent' };

export const statusWords: Record<Status, string> = {
  open: 'Open',
  in_progress: 'In progress',
  waiting_patient: 'Waiting on patient',
  waiting_provider: 'Waiting on us',
  closed: 'Closed',
};

const mostNames = 3;

/** Whom the thread is with. One among staff is never named after its patient, who does not read it. */
export function threadName({ kind, patient, participants }: Thread): string {
  if (kind === 'staff') return `Staff: ${peopleText(participants ?? [])}`;
  if (kind === 'direct' && !patient) return 'Direct messages';
  return patient?.name ?? 'Patient not open to your role';
}

export function peopleText(people: readonly Participant[]): string {
  const names = people.map(({ name }) => name ?? 'a colleague');
  const more = names.length - mostNames;
  return more > 0 ? `${names.slice(0, mostNames).join(', ')} and ${more} more` : names.join(', ');
}

/** Two more ways to tell people apart. */
export function patientFacts({ kind, patient }: Thread): string {
  if (!patient) return '';
  if (kind === 'staff') return `about ${patient.name ?? 'a patient who is not open to your role'}`;
  const age = ageOn(patient.birthDate ?? undefined);
  const born = patient.birthDate && `born ${dateText(patient.birthDate)}${age === null ? '' : ` (${age})`}`;
  return [born, patient.mrn && `MRN ${bareNumber(patient.mrn)}`].filter(Boolean).join(' · ');
}

/** "2 h 10 min", "3 d": two units at most. */
export function spanText(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes === 0) return 'under 1 min';
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 || hours >= 10 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d`;
}

export type Tone = 'late' | 'due' | 'waiting' | 'off';

/** What presses most about a thread: overdue before due before waiting. */
export function pressure({ overdue, dueAt, waitingSince, status, snoozeUntil }: Thread, now: number): { text: string; tone: Tone } | null {
  if (status === 'closed') return { text: 'Closed', tone: 'off' };
  if (snoozeUntil && Date.parse(snoozeUntil) > now) return { text: `Snoozed until ${momentText(snoozeUntil, now)}`, tone: 'off' };
  const due = dueAt === null ? null : Date.parse(dueAt) - now;
  if (overdue || (due !== null && due <= 0)) {
    return { text: due === null || due > -60_000 ? 'Overdue' : `${spanText(-due)} overdue`, tone: 'late' };
  }
  if (due !== null && waitingSince) return { text: `Due in ${spanText(due)}`, tone: 'due' };
  if (waitingSince) return { text: `Waiting ${spanText(now - Date.parse(waitingSince))}`, tone: 'waiting' };
  return status === 'waiting_patient' ? { text: 'Waiting on patient', tone: 'off' } : null;
}

/** The time today, the day before that. */
export function momentText(instant: string, now = Date.now()): string {
  const at = new Date(instant);
  if (dayOf(at) === today()) return timeText(at);
  const near = Math.abs(at.getTime() - now) < 6 * 86_400_000;
  if (near) return `${weekday(at)} ${timeText(at)}`;
  return yearOf(at) === yearOf(new Date(now)) ? shortDay(at) : dateText(instant);
}

function yearOf(instant: Date): string {
  return dayOf(instant).slice(0, 4);
}

const weekday = zoned({ weekday: 'short' });
const shortDay = zoned({ month: 'short', day: 'numeric' });

const byHeicFault: Record<HeicFault, string> = {
  too_many_pixels: 'This photo has too many pixels. Save it smaller, as JPG.',
  too_slow: 'It took too long to turn this photo into a JPG. Try again, or save it as JPG first.',
  unreadable: 'This photo cannot be turned into a JPG: it may be damaged. Save it as JPG first.',
  unavailable: 'The part of the app that turns HEIC into JPG could not be loaded. Try again in a moment.',
};

const byCode: Record<string, string> = {
  not_found: 'This thread is no longer there, or it is not open to you any more.',
  stale_version: 'Somebody else changed this thread first. Nothing of yours was written.',
  conflict: 'A colleague has answered and taken this thread. Take it over to go on with it.',
  rate_limited: 'Too many messages in a short time. Wait a moment, then send it again. Your text is still here.',
  unfilled_placeholder: 'Something in the text is still to be filled in. Nothing was sent.',
  too_long: 'A message has at most 5,000 characters. Nothing was sent.',
  file_type: 'Only pictures (JPG, PNG, GIF, HEIC), PDF and Word documents can be sent.',
  heic_unsupported: 'Pictures in HEIC cannot be sent. Save it as JPG first.',
  picture_broken: 'The picture is cut or damaged.',
  file_too_large: 'It is larger than 10 MB.',
  quota_exceeded: "Your organization's space for files is used up. Tell your administrator.",
  file_pending: 'The file is still being scanned. Try again in a moment.',
  file_quarantined: 'The virus scanner has found something in this file.',
  not_assignable: 'This person cannot be given the thread: their role does not see it.',
  last_participant: 'Somebody stays in a thread. Close it instead.',
  too_many_scheduled: 'You have 100 messages that wait. Send or take back some of them first.',
  attachment_unusable: 'An attachment cannot be used. Nothing was sent.',
};

export function inboxFailureText(error: unknown): string {
  if (error instanceof HeicNotDrawn) return byHeicFault[error.fault];
  return (error instanceof Problem && byCode[error.code]) || failureText(error);
}

export function bulkFailureText(code: string): string {
  return byCode[code] ?? 'The server did not accept this.';
}

/** Sending the same again stores it once, so a lost answer is no danger here. */
export function sendFailureText(error: unknown): string {
  if (error instanceof NewerMessages) return 'Somebody wrote into this thread meanwhile. Nothing was sent, and your text is in the draft.';
  if (error instanceof NoAnswer && error.mayHaveChanged) {
    return 'The server did not answer. Send it again: if it has arrived already, it is not sent twice. Your text is still here.';
  }
  if (error instanceof NoAnswer && error.offline) return 'You are offline. Nothing was sent, and your text is still here.';
  return inboxFailureText(error);
}
