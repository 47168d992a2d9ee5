import type { Appointment } from '../data/fhir/resources';
import { atTime, isDay, type Day } from '../time/days';

export interface Choice {
  readonly id: string;
  readonly name: string;
}

export interface Booking {
  readonly patient: Choice | null;
  readonly provider: Choice | null;
  readonly day: Day;
  /** `14:30` */
  readonly time: string;
  readonly minutes: number;
  readonly reason: string;
}

export type BookingErrors = Partial<Record<keyof Booking, string>>;

export function bookingErrors(booking: Booking): BookingErrors {
  const errors: BookingErrors = {};
  if (!booking.patient) errors.patient = 'Choose a patient';
  if (!booking.provider) errors.provider = 'Choose a provider';
  if (!isDay(booking.day)) errors.day = 'Choose a date';
  if (!/^\d{2}:\d{2}/.test(booking.time)) errors.time = 'Choose a time';
  return errors;
}

export function toAppointment(booking: Booking): Appointment {
  const start = atTime(booking.day, booking.time);
  const end = new Date(start.getTime() + booking.minutes * 60_000);
  const reason = booking.reason.trim();
  return {
    resourceType: 'Appointment',
    status: 'booked',
    ...(reason ? { description: reason, reasonCode: [{ text: reason }] } : {}),
    start: start.toISOString(),
    end: end.toISOString(),
    minutesDuration: booking.minutes,
    participant: [participant('Patient', booking.patient), participant('Practitioner', booking.provider)],
  };
}

function participant(type: string, choice: Choice | null): Appointment['participant'][number] {
  if (!choice) throw new Error(`A booking without ${type} was not refused by the form.`);
  return {
    actor: { reference: `${type}/${choice.id}`, display: choice.name },
    required: 'required',
    status: 'accepted',
  };
}
