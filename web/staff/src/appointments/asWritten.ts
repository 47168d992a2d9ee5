import { read } from '../data/fhir/requests';
import type { Appointment } from '../data/fhir/resources';

/**
 * The record of a write that has succeeded; null where it cannot be read now. Then the write is not told as a failure: who books again has
 * booked twice.
 */
export async function asWritten(id: string): Promise<Appointment | null> {
  return read<Appointment>('Appointment', id).catch(() => null);
}
