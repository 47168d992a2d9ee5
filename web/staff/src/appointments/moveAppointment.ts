import { useQueryClient } from '@tanstack/react-query';
import { Problem } from '@vagus/client';
import { ask, read } from '../data/fhir/requests';
import type { Appointment } from '../data/fhir/resources';
import { dateText, timeText } from '../time/words';
import { announce } from '../ui/announcements';
import { highlight } from '../ui/changes';
import { Told } from '../ui/failures';
import { useAction } from '../ui/useAction';
import { lengthInMinutes } from './appointment';
import { ChangedMeanwhile } from './changeStatus';
import { placeAppointment } from './dayAppointments';

/** Where an appointment goes. What is not named stays as it is. */
export interface Move {
  readonly start: Date;
  readonly providerId?: string;
  /** The id of a Location. */
  readonly locationId?: string;
  /** The person has seen whose time is taken, and moves nevertheless. */
  readonly allowOverlap?: boolean;
}

/** A time that is taken, of the provider or the room. */
interface Conflict {
  readonly with: string;
  readonly takenFrom: string;
  readonly takenUntil: string;
}

/** Somebody or something is taken at that time; nothing was changed. */
export class TimeTaken extends Told {}

export function useMove(appointment: Appointment, about: string, thenHere: () => void) {
  const queries = useQueryClient();
  return useAction<Move, Appointment>({
    run: (move) => moveAppointment(appointment, move),
    done: () => 'moved',
    about: () => about,
    onSuccess: (moved) => {
      placeAppointment(queries, moved);
      highlight(`Appointment/${moved.id}`, 'changed');
      announce(`Moved to ${dateText(moved.start)}, ${timeText(moved.start)}`);
    },
    thenHere,
    onError: (error) => {
      if (error instanceof ChangedMeanwhile) void queries.invalidateQueries({ queryKey: ['appointments'] });
    },
  });
}

/** Through the door that looks up in one transaction what is taken; the board shows the record as it is then. */
async function moveAppointment(appointment: Appointment, { start, providerId, locationId, allowOverlap }: Move): Promise<Appointment> {
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
  if (!response.ok) throw await refusalOf(response);
  return read<Appointment>('Appointment', id);
}

async function refusalOf(response: Response): Promise<Error> {
  const told = (await response.clone().json().catch(() => null)) as { code?: string; conflicts?: readonly Conflict[] } | null;
  switch (told?.code) {
    case 'overlap':
      return new TimeTaken(`Nothing was moved: ${(told.conflicts ?? []).map(conflictText).join(' ')}`);
    case 'stale_version':
      return new ChangedMeanwhile('Somebody else changed this appointment. What you see now is current; try again if it still fits.');
    case 'invalid_transition':
      return new Told('It has begun or is over, so it cannot be moved any more.');
    default:
      return Problem.from(response);
  }
}

export function conflictText({ with: what, takenFrom, takenUntil }: Conflict): string {
  const who = what === 'location' ? 'The room' : 'The provider';
  return `${who} is taken from ${timeText(takenFrom)} to ${timeText(takenUntil)}.`;
}
