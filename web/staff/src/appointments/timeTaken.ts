import { Problem } from '@vagus/client';
import { timeText } from '../time/words';
import { Told } from '../ui/failures';

/** A time that is taken, of the provider or the room. */
interface Conflict {
  readonly with: string;
  readonly takenFrom: string;
  readonly takenUntil: string;
}

interface Refused {
  readonly code: string | null;
  readonly conflicts: readonly Conflict[];
}

/** Somebody or something is taken at that time; nothing was changed. */
export class TimeTaken extends Told {}

/** Why an appointment was neither booked nor moved. `done` says what would have happened: "booked". */
export async function refusalOf(response: Response, done: string): Promise<Error> {
  const told = (await response.clone().json().catch(() => null)) as Partial<Refused> | null;
  if (told?.code !== 'overlap') return Problem.from(response);
  return new TimeTaken(`Nothing was ${done}: ${(told.conflicts ?? []).map(conflictText).join(' ')}`);
}

export function conflictText({ with: what, takenFrom, takenUntil }: Conflict): string {
  const who = what === 'location' ? 'The room' : 'The provider';
  return `${who} is taken from ${timeText(takenFrom)} to ${timeText(takenUntil)}.`;
}
