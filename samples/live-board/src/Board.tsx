import type { FhirResource } from '@vagus/client';
import { UpdateHighlight, useAppointmentUpdates, useLiveSearch } from '@vagus/react';
import { today } from './today';

interface Appointment extends FhirResource {
  readonly status: string;
  readonly start?: string;
  readonly description?: string;
}

const byStart = (one: Appointment, other: Appointment) => (one.start ?? '').localeCompare(other.start ?? '');

/** The appointments of today: a FHIR search that stays open, so nothing here reads again or merges. */
export function Board() {
  const { resources, live, error, retry } = useLiveSearch<Appointment>(`Appointment?date=${today}`, { compare: byStart });
  useAppointmentUpdates({ showToasts: true });
  if (error) return <p role="alert">{error.message} <button onClick={retry}>Try again</button></p>;
  return (
    <ul aria-busy={!live}>
      {resources.map((appointment) => (
        <li key={appointment.id}>
          <UpdateHighlight updateKey={appointment.meta?.versionId}>
            {appointment.start && new Date(appointment.start).toLocaleTimeString(undefined, { timeStyle: 'short' })} {appointment.status}
          </UpdateHighlight>
        </li>
      ))}
    </ul>
  );
}
