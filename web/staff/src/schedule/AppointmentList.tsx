import { UnstyledButton } from '@mantine/core';
import { lengthInMinutes, patientOf, providerOf, reasonText, type NameOf } from '../appointments/appointment';
import { AppointmentStatus } from '../appointments/AppointmentStatus';
import { statusLook } from '../appointments/statusLooks';
import type { Appointment } from '../data/fhir/resources';
import { timeText } from '../time/words';
import { useHighlight } from '../ui/useHighlight';
import classes from './AppointmentList.module.css';

interface AppointmentListProps {
  appointments: readonly Appointment[];
  nameOf: NameOf;
  onOpen: (appointment: Appointment) => void;
}

/** The day on a narrow screen: one row an appointment, in order of time. */
export function AppointmentList({ appointments, nameOf, onOpen }: AppointmentListProps) {
  return (
    <ul className={classes.list} aria-label="Appointments">
      {appointments.map((appointment) => (
        <li key={appointment.id}>
          <AppointmentRow appointment={appointment} nameOf={nameOf} onOpen={onOpen} />
        </li>
      ))}
    </ul>
  );
}

interface AppointmentRowProps {
  appointment: Appointment;
  nameOf: NameOf;
  onOpen: (appointment: Appointment) => void;
}

function AppointmentRow({ appointment, nameOf, onOpen }: AppointmentRowProps) {
  const highlighted = useHighlight(`Appointment/${appointment.id}`);
  const details = [nameOf(providerOf(appointment)) ?? 'No provider', reasonText(appointment)].filter(Boolean);
  return (
    <UnstyledButton
      className={`${classes.row} ${highlighted ?? ''}`}
      data-tone={statusLook(appointment.status).tone}
      onClick={() => onOpen(appointment)}
    >
      <span className={classes.time}>
        {timeText(appointment.start)}
        <span className={classes.length}>{lengthInMinutes(appointment)} min</span>
      </span>
      <span className={classes.what}>
        <span className={classes.name}>{nameOf(patientOf(appointment)) ?? 'No patient named'}</span>
        <span className={classes.details}>{details.join(' · ')}</span>
        <AppointmentStatus status={appointment.status} />
      </span>
    </UnstyledButton>
  );
}
