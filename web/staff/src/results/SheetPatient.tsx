import type { Person } from '../data/fhir/resources';
import { PatientFacts } from '../ui/PatientFacts';

/** Whom a sheet is about: the facts of the record, or the name that came with the result while they are not there. */
export function SheetPatient({ person, name }: { person: Person | undefined; name: string | null }) {
  if (person) return <PatientFacts person={person} />;
  if (name === null) return <p role="note">The patient is not shown. Nothing can be done with this before it is known whose it is.</p>;
  return (
    <p>
      <strong>{name}</strong> · birth date and record number are not shown
    </p>
  );
}
