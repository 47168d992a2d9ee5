import { UnstyledButton } from '@mantine/core';
import type { PointerEvent } from 'react';
import { lengthInMinutes, patientOf, reasonText, type NameOf } from '../appointments/appointment';
import { AppointmentStatus } from '../appointments/AppointmentStatus';
import { statusLook } from '../appointments/statusLooks';
import type { Appointment } from '../data/fhir/resources';
import { timeText } from '../time/words';
import { useHighlight } from '../ui/useHighlight';
import classes from './AppointmentCard.module.css';

interface AppointmentCardProps {
  appointment: Appointment;
  nameOf: NameOf;
  onOpen: (appointment: Appointment) => void;
  onHold?: (event: PointerEvent<HTMLElement>) => void;
}

/** One appointment on the board. Its size is its length, so a short one shows less. */
export function AppointmentCard({ appointment, nameOf, onOpen, onHold }: AppointmentCardProps) {
  const highlighted = useHighlight(`Appointment/${appointment.id}`);
  const minutes = lengthInMinutes(appointment);
  const room = minutes < 25 ? 'line' : minutes < 40 ? 'two' : 'full';
  const reason = reasonText(appointment);
  return (
    <UnstyledButton
      className={`${classes.card} ${highlighted ?? ''}`}
      data-tone={statusLook(appointment.status).tone}
      data-room={room}
      onPointerDown={onHold}
      onClick={() => onOpen(appointment)}
    >
      <span className={classes.first}>
        <span className={classes.time}>{timeText(appointment.start)}</span>
        <span className={classes.name}>{nameOf(patientOf(appointment)) ?? 'No patient named'}</span>
      </span>
      <AppointmentStatus status={appointment.status} />
      {reason && <span className={classes.reason}>{reason}</span>}
    </UnstyledButton>
  );
}
