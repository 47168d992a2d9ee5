import { providerOf, roomOf, startsAt, type NameOf } from '../appointments/appointment';
import type { Move } from '../appointments/moveAppointment';
import type { Appointment, Reference } from '../data/fhir/resources';
import { referenceId } from '../data/fhir/words';
import { zoned } from '../time/clinicZone';
import { dayOf, startOf, type Day } from '../time/days';

export type Grouping = 'provider' | 'room';

/** A column of the board: whose appointments stand in it, and what being moved into it means. */
export interface Column {
  readonly key: string;
  readonly name: string;
  readonly day: Day;
  readonly appointments: readonly Appointment[];
  readonly into: Omit<Move, 'start'>;
}

export function byProvider(day: Day, appointments: readonly Appointment[], nameOf: NameOf): Column[] {
  return grouped(day, appointments, providerOf, 'Practitioner', 'No provider', nameOf, (providerId) => ({ providerId }));
}

export function byRoom(day: Day, appointments: readonly Appointment[], nameOf: NameOf): Column[] {
  return grouped(day, appointments, roomOf, 'Location', 'No room', nameOf, (locationId) => ({ locationId }));
}

/** A column a day, from Monday on. */
export function byDay(week: readonly Day[], appointments: readonly Appointment[]): Column[] {
  return week.map((day) => ({
    key: day,
    name: weekday(startOf(day)),
    day,
    appointments: appointments.filter((appointment) => dayOf(startsAt(appointment)) === day),
    into: {},
  }));
}

const weekday = zoned({ weekday: 'short', day: 'numeric' });

function grouped(
  day: Day,
  appointments: readonly Appointment[],
  of: (appointment: Appointment) => Reference | undefined,
  type: string,
  nobody: string,
  nameOf: NameOf,
  into: (id: string) => Omit<Move, 'start'>,
): Column[] {
  const columns = new Map<string, Column & { readonly appointments: Appointment[] }>();
  for (const appointment of appointments) {
    const reference = of(appointment);
    const id = referenceId(reference, type);
    // A room that the directory does not have is told from others by its name.
    const key = id ?? reference?.display ?? '';
    const name = key === '' ? nobody : (nameOf(reference) ?? 'Name not recorded');
    const column = columns.get(key) ?? { key, name, day, appointments: [], into: id === null ? {} : into(id) };
    column.appointments.push(appointment);
    columns.set(key, column);
  }
  return [...columns.values()].sort((one, other) => one.name.localeCompare(other.name));
}

/** The appointments of one provider. */
export function ofProvider(appointments: readonly Appointment[], providerId: string | undefined): Appointment[] {
  return appointments.filter((one) => providerId === undefined || referenceId(providerOf(one), 'Practitioner') === providerId);
}
