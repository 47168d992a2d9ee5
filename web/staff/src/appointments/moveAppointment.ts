import { useQueryClient } from '@tanstack/react-query';
import { Problem } from '@vagus/client';
import { ask } from '../data/fhir/requests';
import type { Appointment } from '../data/fhir/resources';
import { dateText, timeText } from '../time/words';
import { announce } from '../ui/announcements';
import { highlight } from '../ui/changes';
import { Told } from '../ui/failures';
import { useAction } from '../ui/useAction';
import { lengthInMinutes } from './appointment';
import { asWritten } from './asWritten';
import { ChangedMeanwhile } from './changeStatus';
import { placeAppointment } from './dayAppointments';
import { refusalOf } from './timeTaken';

/** Where an appointment goes. What is not named stays as it is. */
export interface Move {
  readonly start: Date;
  readonly providerId?: string;
  /** The id of a Location. */
  readonly locationId?: string;
  /** The person has seen whose time is taken, and moves nevertheless. */
  readonly allowOverlap?: boolean;
}

export function useMove(appointment: Appointment, about: string, thenHere: () => void, forget: () => void) {
  const queries = useQueryClient();
  return useAction<Move, Appointment | null>({
    run: (move) => moveAppointment(appointment, move),
    done: () => 'moved',
    about: () => about,
    onSuccess: (moved, { start }) => {
      forget();
      if (moved) {
        placeAppointment(queries, moved);
        highlight(`Appointment/${moved.id}`, 'changed');
      } else void queries.invalidateQueries({ queryKey: ['appointments'] });
      announce(`Moved to ${dateText(start.toISOString())}, ${timeText(start)}`);
    },
    thenHere,
    onError: (error) => {
      if (error instanceof ChangedMeanwhile) void queries.invalidateQueries({ queryKey: ['appointments'] });
    },
  });
}

/** Through the door that looks up in one transaction what is taken; the board shows the record as it is then, null where it is not read. */
async function moveAppointment(appointment: Appointment, move: Move): Promise<Appointment | null> {
  const { start, providerId, locationId, allowOverlap } = move;
  const id = appointment.id ?? '';
  const response = await ask(`/api/appointments/${encodeURIComponent(id)}/reschedule`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      start: start.toISOString(),
      durationMinutes: lengthInMinutes(appointment),
      version: Number(appointment.meta?.versionId),
      ...(providerId ? { providerId } : {}),
      ...(locationId ? { location: locationId } : {}),
      ...(allowOverlap ? { allowOverlap } : {}),
    }),
  });
  if (!response.ok) throw await whyNotMoved(response);
  return asWritten(id);
}

async function whyNotMoved(response: Response): Promise<Error> {
  const refusal = await refusalOf(response, 'moved');
  if (!(refusal instanceof Problem)) return refusal;
  switch (refusal.code) {
    case 'stale_version':
      return new ChangedMeanwhile('Somebody else changed this appointment. What you see now is current; try again if it still fits.');
    case 'invalid_transition':
      return new Told('It has begun or is over, so it cannot be moved any more.');
    default:
      return refusal;
  }
}
