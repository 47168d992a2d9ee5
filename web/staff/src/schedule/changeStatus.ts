import { useMutation, useQueryClient } from '@tanstack/react-query';
import { announce } from '../app/announcements';
import { FhirRefusal, read, update } from '../fhir/requests';
import type { Appointment } from '../fhir/resources';
import { highlight } from '../live/changes';
import { placeAppointment } from './dayAppointments';
import { statusLook } from './statusLooks';

export type NewStatus = 'arrived' | 'cancelled' | 'noshow';

export const cancellationReasons = [
  { value: 'pat', label: 'Patient asked' },
  { value: 'prov', label: 'Provider is not available' },
  { value: 'other', label: 'Other' },
] as const;

const reasonSystem = 'http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason';

export interface StatusChange {
  readonly appointment: Appointment;
  readonly status: NewStatus;
  readonly reason?: string;
}

/** Somebody else changed the appointment first; nothing of ours was written. */
export class ChangedMeanwhile extends Error {}

export function useStatusChange(onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: changeStatus,
    onSuccess: (appointment) => {
      placeAppointment(queries, appointment);
      highlight(`Appointment/${appointment.id}`, 'changed');
      announce(`Appointment: ${statusLook(appointment.status).text}`);
      onDone();
    },
    onError: async (error, { appointment }) => {
      if (!(error instanceof ChangedMeanwhile) || !appointment.id) return;
      placeAppointment(queries, await read<Appointment>('Appointment', appointment.id));
    },
  });
}

async function changeStatus({ appointment, status, reason }: StatusChange): Promise<Appointment> {
  const next: Appointment = { ...appointment, status };
  if (status === 'cancelled' && reason) next.cancelationReason = { coding: [{ system: reasonSystem, code: reason }] };
  try {
    return await update(next);
  } catch (error) {
    if (!(error instanceof FhirRefusal) || (error.status !== 412 && error.status !== 409)) throw error;
    throw new ChangedMeanwhile('Somebody else changed this appointment. What you see now is current; try again if it still fits.');
  }
}
