import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { FhirRefusal, read, update } from '../data/fhir/requests';
import type { Appointment } from '../data/fhir/resources';
import { announce } from '../ui/announcements';
import { highlight } from '../ui/changes';
import { Told } from '../ui/failures';
import { useAction } from '../ui/useAction';
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
export class ChangedMeanwhile extends Told {}

/** What happened to the appointment, as a sentence says it. */
export const doneWords: Record<NewStatus, string> = { arrived: 'checked in', cancelled: 'cancelled', noshow: 'marked as no-show' };

export function useStatusChange(about: string, onDone: () => void) {
  const queries = useQueryClient();
  return useAction({
    run: changeStatus,
    done: ({ status }) => doneWords[status],
    about: () => about,
    onSuccess: (appointment) => {
      placeAppointment(queries, appointment);
      highlight(`Appointment/${appointment.id}`, 'changed');
      announce(`Appointment: ${statusLook(appointment.status).text}`);
    },
    thenHere: onDone,
    onError: (error, { appointment }) => {
      if (error instanceof ChangedMeanwhile && appointment.id) void showCurrent(queries, appointment.id);
    },
  });
}

async function showCurrent(queries: QueryClient, id: string): Promise<void> {
  const current = await read<Appointment>('Appointment', id).catch(() => null);
  if (current) placeAppointment(queries, current);
  else void queries.invalidateQueries({ queryKey: ['appointments'] });
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
