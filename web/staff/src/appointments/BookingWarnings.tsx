import { IconAlertTriangle } from '@tabler/icons-react';
import type { Appointment } from '../data/fhir/resources';
import { timeText } from '../time/words';
import { lengthInMinutes, patientOf, providerOf, startsAt, type NameOf } from './appointment';
import type { Booking, Taken } from './bookAppointment';
import classes from './BookAppointmentForm.module.css';

interface BookingWarningsProps {
  booking: Booking;
  taken: readonly Taken[];
  isPast: boolean;
  /** That the clinic is closed, in words. */
  closed: string | null;
  nameOf: NameOf;
}

/** What a person should know before booking. The place is always there, so that it is spoken when something comes into it. */
export function BookingWarnings({ booking, taken, isPast, closed, nameOf }: BookingWarningsProps) {
  const ofTheTime = [...(isPast ? ['This time is over.'] : []), ...(closed ? [closed] : [])];
  const texts = [...ofTheTime, ...taken.map((one) => takenText(one, booking, nameOf))];
  return (
    <div role="status" aria-label="Before you book">
      {texts.length > 0 && (
        <ul className={classes.warnings}>
          {texts.map((text) => (
            <li key={text}>
              <IconAlertTriangle size={16} aria-hidden="true" /> {text}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function takenText({ who, by }: Taken, { patient, provider }: Booking, nameOf: NameOf): string {
  if (who === 'room') return `The room is taken ${spanText(by)}, by ${nameOf(providerOf(by)) ?? 'another provider'}.`;
  if (who === 'provider') return `${provider?.name} has ${nameOf(patientOf(by)) ?? 'another patient'} ${spanText(by)}.`;
  return `${patient?.name} has an appointment ${spanText(by)}, with ${nameOf(providerOf(by)) ?? 'another provider'}.`;
}

function spanText(appointment: Appointment): string {
  const start = startsAt(appointment);
  return `from ${timeText(start)} to ${timeText(new Date(start.getTime() + lengthInMinutes(appointment) * 60_000))}`;
}
