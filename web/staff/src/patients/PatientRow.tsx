import { Link } from '@tanstack/react-router';
import type { Person } from '../data/fhir/resources';
import { personName, plainWord, recordNumber } from '../data/fhir/words';
import { ageOn, dateText } from '../time/words';
import { useHighlight } from '../ui/useHighlight';
import classes from './PatientListPage.module.css';

export function PatientRow({ person }: { person: Person }) {
  const highlighted = useHighlight(`Patient/${person.id}`);
  const age = ageOn(person.birthDate);
  const number = recordNumber(person);
  return (
    <li>
      <Link
        to="/patients/$patientId"
        params={{ patientId: person.id ?? '' }}
        className={`${classes.row} ${highlighted ?? ''}`}
        // Opening a record is an access that is audited; pointing at a link is not.
        preload={false}
      >
        <span className={classes.name}>{personName(person)}</span>
        <span>
          {dateText(person.birthDate)}
          {age !== null && !person.deceasedDateTime && ` (${age} years)`}
          {person.deceasedDateTime && ' (deceased)'}
        </span>
        <span>{plainWord(person.gender)}</span>
        <span className={classes.number}>{number ? `MRN ${number}` : ''}</span>
      </Link>
    </li>
  );
}
