import type { Person } from '../data/fhir/resources';
import { personName, recordNumber } from '../data/fhir/words';
import { ageOn, dateText } from '../time/words';
import classes from './PatientFacts.module.css';

/** Whom it is about, where something is decided: name, birth date, age and record number. */
export function PatientFacts({ person }: { person: Person }) {
  const age = ageOn(person.birthDate);
  const number = recordNumber(person);
  return (
    <p className={classes.facts}>
      <strong>{personName(person)}</strong>
      <span>
        born {dateText(person.birthDate)}
        {age !== null && ` (${age} years)`}
        {number && ` · MRN ${number}`}
      </span>
    </p>
  );
}
