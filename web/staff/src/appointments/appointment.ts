import type { Appointment, Reference } from '../data/fhir/resources';
import { conceptText, referenceId } from '../data/fhir/words';
import { byInstant } from '../time/instants';

export type NameOf = (reference: Reference | undefined) => string | undefined;

function actor(appointment: Appointment, type: string): Reference | undefined {
  return appointment.participant.find((participant) => referenceId(participant.actor, type) !== null)?.actor;
}

export function patientOf(appointment: Appointment): Reference | undefined {
  return actor(appointment, 'Patient');
}

export function providerOf(appointment: Appointment): Reference | undefined {
  return actor(appointment, 'Practitioner');
}

export function roomOf(appointment: Appointment): Reference | undefined {
  return appointment.participant.find(({ actor: one }) => referenceId(one, 'Location') !== null || isNamedRoom(one))?.actor;
}

/** A room that the directory does not have is known by its name alone. */
function isNamedRoom(reference: Reference | undefined): boolean {
  return reference !== undefined && reference.reference === undefined && (reference as { type?: string }).type === 'Location';
}

/** The time may still be another one. */
export function canMove(appointment: Appointment): boolean {
  return ['booked', 'pending', 'proposed', 'waitlist'].includes(appointment.status);
}

/** An appointment that took or still may take its time. */
export function isOff(appointment: Appointment): boolean {
  return ['cancelled', 'noshow', 'entered-in-error'].includes(appointment.status);
}

export function canCheckIn(appointment: Appointment): boolean {
  return ['booked', 'pending', 'proposed', 'waitlist'].includes(appointment.status);
}

export function reasonText(appointment: Appointment): string | undefined {
  const reason = appointment.reasonCode?.[0];
  if (reason) return conceptText(reason);
  return appointment.description ?? (appointment.appointmentType ? conceptText(appointment.appointmentType) : undefined);
}

export function startsAt(appointment: Appointment): Date {
  return new Date(appointment.start ?? Number.NaN);
}

export function lengthInMinutes(appointment: Appointment): number {
  if (appointment.start && appointment.end) {
    return Math.max(5, (Date.parse(appointment.end) - Date.parse(appointment.start)) / 60_000);
  }
  return appointment.minutesDuration ?? 15;
}

export function byStart(one: Appointment, other: Appointment): number {
  return byInstant(one.start ?? '', other.start ?? '') || (one.id ?? '').localeCompare(other.id ?? '');
}
