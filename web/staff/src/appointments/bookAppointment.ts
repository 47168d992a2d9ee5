import { ask } from '../data/fhir/requests';
import type { Appointment } from '../data/fhir/resources';
import { referenceId } from '../data/fhir/words';
import { atTime, isDay, type Day } from '../time/days';
import { isOff, lengthInMinutes, patientOf, providerOf, roomOf, startsAt } from './appointment';
import { asWritten } from './asWritten';
import { refusalOf } from './timeTaken';

export interface Choice {
  readonly id: string;
  readonly name: string;
}

export interface Booking {
  readonly patient: Choice | null;
  readonly provider: Choice | null;
  /** The id of a Location. */
  readonly room: string | null;
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
  if (!isClock(booking.time)) errors.time = 'Choose a time';
  return errors;
}

/** Who is taken at the time of a booking, by an appointment of the same day. */
export interface Taken {
  readonly who: 'patient' | 'provider' | 'room';
  readonly by: Appointment;
}

/** What is told before anything is sent. The server decides about provider and room; it does not ask whether the patient is elsewhere. */
export function takenAt(booking: Booking, appointments: readonly Appointment[]): readonly Taken[] {
  const { patient, provider, room, day, time, minutes } = booking;
  if (!isDay(day) || !isClock(time)) return [];
  const start = atTime(day, time).getTime();
  const end = start + minutes * 60_000;
  return appointments.flatMap((by) => {
    const from = startsAt(by).getTime();
    const isInTheWay = !isOff(by) && from < end && start < from + lengthInMinutes(by) * 60_000;
    if (!isInTheWay) return [];
    const others = [
      ['provider', provider?.id, referenceId(providerOf(by), 'Practitioner')],
      ['room', room, referenceId(roomOf(by), 'Location')],
      ['patient', patient?.id, referenceId(patientOf(by), 'Patient')],
    ] as const;
    return others.filter(([, asked, its]) => its !== null && asked === its).map(([who]) => ({ who, by }));
  });
}

/** Through the door that looks up in one transaction what is taken; the board shows the record as it is then, null where it is not read. */
export async function bookAppointment(booking: Booking, allowOverlap: boolean): Promise<Appointment | null> {
  const { patient, provider, room, day, time, minutes } = booking;
  if (!patient || !provider) throw new Error('A booking without patient or provider was not refused by the form.');
  const reason = booking.reason.trim();
  const response = await ask('/api/appointments', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      patientId: patient.id,
      providerId: provider.id,
      start: atTime(day, time).toISOString(),
      durationMinutes: minutes,
      ...(reason ? { reason } : {}),
      ...(room ? { location: room } : {}),
      ...(allowOverlap ? { allowOverlap } : {}),
    }),
  });
  if (!response.ok) throw await refusalOf(response, 'booked');
  const answer = (await response.json().catch(() => null)) as { id: string } | null;
  return answer && asWritten(answer.id);
}

function isClock(time: string): boolean {
  return /^\d{2}:\d{2}/.test(time);
}
