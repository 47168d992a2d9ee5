import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Appointment } from '../data/fhir/resources';
import { referenceId } from '../data/fhir/words';
import { useMay } from '../data/session/permissions';
import { dateText, timeText } from '../time/words';
import { Dialog } from '../ui/Dialog';
import { lengthInMinutes, patientOf, providerOf, reasonText, type NameOf } from './appointment';
import { AppointmentActions } from './AppointmentActions';
import classes from './AppointmentDialog.module.css';
import { AppointmentStatus } from './AppointmentStatus';

interface AppointmentDialogProps {
  appointment: Appointment | null;
  nameOf: NameOf;
  onClose: () => void;
}

/** One appointment in full, with what can be done about it. It stays current while it is open. */
export function AppointmentDialog({ appointment, nameOf, onClose }: AppointmentDialogProps) {
  const may = useMay();
  // While the dialog fades out it keeps showing what it showed.
  const [shown, setShown] = useState(appointment);
  if (appointment && appointment !== shown) setShown(appointment);
  return (
    <Dialog title="Appointment" opened={appointment !== null} onClose={onClose}>
      {shown && (
        <>
          <AppointmentDetails appointment={shown} nameOf={nameOf} />
          {may('update', 'Appointment') && (
            <AppointmentActions key={shown.id} appointment={shown} about={aboutText(shown, nameOf)} onDone={onClose} />
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
