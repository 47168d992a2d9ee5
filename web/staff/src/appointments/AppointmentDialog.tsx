import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Appointment } from '../data/fhir/resources';
import { referenceId } from '../data/fhir/words';
import { useMay } from '../data/session/permissions';
import { dateText, timeText } from '../time/words';
import { Dialog } from '../ui/Dialog';
import { canMove, lengthInMinutes, patientOf, providerOf, reasonText, roomOf, type NameOf } from './appointment';
import { AppointmentActions } from './AppointmentActions';
import classes from './AppointmentDialog.module.css';
import { AppointmentStatus } from './AppointmentStatus';
import type { Move } from './moveAppointment';
import { MoveAppointmentForm } from './MoveAppointmentForm';

interface AppointmentDialogProps {
  appointment: Appointment | null;
  nameOf: NameOf;
  /** It was moved away from what the page shows. */
  hasLeft?: boolean;
  /** It was dragged to another place on the board: the move is asked for. */
  to?: Move | undefined;
  onClose: () => void;
}

/** One appointment in full, with what can be done about it. It stays current while it is open. */
export function AppointmentDialog({ appointment, nameOf, hasLeft = false, to, onClose }: AppointmentDialogProps) {
  const may = useMay();
  // While the dialog fades out it keeps showing what it showed.
  const [shown, setShown] = useState(appointment);
  if (appointment && appointment !== shown) setShown(appointment);
  const [moving, setMoving] = useState(false);
  const isOpen = appointment !== null;
  const [wasOpen, setWasOpen] = useState(isOpen);
  if (isOpen !== wasOpen) {
    setWasOpen(isOpen);
    setMoving(isOpen && to !== undefined);
  }
  const mayChange = may('update', 'Appointment');
  // What was typed stays, also when the appointment goes on meanwhile: then it is said.
  const isMoving = moving && mayChange && shown !== null;
  return (
    <Dialog title="Appointment" opened={isOpen} onClose={onClose} holdsInput={isMoving}>
      {shown && (
        <>
          {hasLeft && (
            <p role="status" className={classes.note}>
              It was moved away from this page: it is on {dateText(shown.start)}, {timeText(shown.start)} now.
            </p>
          )}
          <AppointmentDetails appointment={shown} nameOf={nameOf} />
          {isMoving && !canMove(shown) && (
            <p role="status" className={classes.note}>
              It has begun or is over meanwhile, so it cannot be moved any more.
            </p>
          )}
          {isMoving && (
            <MoveAppointmentForm
              key={shown.id}
              appointment={shown}
              about={aboutText(shown, nameOf)}
              to={to}
              onDone={onClose}
              onBack={() => setMoving(false)}
            />
          )}
          {mayChange && !isMoving && (
            <AppointmentActions
              key={shown.id}
              appointment={shown}
              about={aboutText(shown, nameOf)}
              onMove={() => setMoving(true)}
              onDone={onClose}
            />
          )}
        </>
      )}
    </Dialog>
  );
}

function aboutText(appointment: Appointment, nameOf: NameOf): string {
  return `${nameOf(patientOf(appointment)) ?? 'No patient named'}, ${dateText(appointment.start)}, ${timeText(appointment.start)}`;
}

function AppointmentDetails({ appointment, nameOf }: { appointment: Appointment; nameOf: NameOf }) {
  const patient = patientOf(appointment);
  const patientId = referenceId(patient, 'Patient');
  const name = nameOf(patient) ?? 'No patient named';
  return (
    <dl className={classes.details}>
      <dt>Patient</dt>
      <dd>
        {patientId ? (
          <Link to="/patients/$patientId" params={{ patientId }}>
            {name}
          </Link>
        ) : (
          name
        )}
      </dd>
      <dt>With</dt>
      <dd>{nameOf(providerOf(appointment)) ?? 'No provider'}</dd>
      {roomOf(appointment) && (
        <>
          <dt>Room</dt>
          <dd>{roomOf(appointment)?.display ?? 'Name not recorded'}</dd>
        </>
      )}
      <dt>When</dt>
      <dd>
        {dateText(appointment.start)}, {timeText(appointment.start)} ({lengthInMinutes(appointment)} min)
      </dd>
      <dt>Reason</dt>
      <dd>{reasonText(appointment) ?? 'Not recorded'}</dd>
      <dt>Status</dt>
      <dd>
        <AppointmentStatus status={appointment.status} />
      </dd>
    </dl>
  );
}
