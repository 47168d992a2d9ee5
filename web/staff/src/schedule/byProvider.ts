import { providerOf, type NameOf } from '../appointments/appointment';
import type { Appointment } from '../data/fhir/resources';
import { referenceId } from '../data/fhir/words';

export interface ProviderColumn {
  readonly key: string;
  readonly name: string;
  readonly appointments: Appointment[];
}

export function byProvider(appointments: readonly Appointment[], nameOf: NameOf): ProviderColumn[] {
  const columns = new Map<string, ProviderColumn>();
  for (const appointment of appointments) {
    const provider = providerOf(appointment);
    const key = referenceId(provider, 'Practitioner') ?? '';
    const name = key ? (nameOf(provider) ?? 'Name not recorded') : 'No provider';
    const column = columns.get(key) ?? { key, name, appointments: [] };
    column.appointments.push(appointment);
    columns.set(key, column);
  }
  return [...columns.values()].sort((one, other) => one.name.localeCompare(other.name));
}
