import type { Person } from '../data/fhir/resources';
import { personName, plainWord, recordNumber } from '../data/fhir/words';
import { ageOn, dateText } from '../time/words';
import { PageHeading } from '../ui/PageHeading';
import { useHighlight } from '../ui/useHighlight';
import classes from './PatientPage.module.css';

/** Who this is: two ways to tell people apart stand beside the name, always. */
export function Demographics({ patient }: { patient: Person }) {
  const highlighted = useHighlight(`Patient/${patient.id}`);
  const age = ageOn(patient.birthDate);
  const phone = patient.telecom?.find((contact) => contact.system === 'phone')?.value;
  const facts = [
    ['Born', `${dateText(patient.birthDate)}${age === null || patient.deceasedDateTime ? '' : ` (${age} years)`}`],
    ['Died', patient.deceasedDateTime ? dateText(patient.deceasedDateTime) : undefined],
    ['Sex', plainWord(patient.gender)],
    ['MRN', recordNumber(patient) ?? undefined],
    ['Phone', phone],
    ['Address', addressText(patient)],
  ] as const;
  return (
    <div className={`${classes.banner} ${highlighted ?? ''}`}>
      <PageHeading title="Patient">{personName(patient)}</PageHeading>
      <dl className={classes.facts}>
        {facts.map(
          ([term, fact]) =>
            fact && (
              <div key={term}>
                <dt>{term}</dt>
                <dd>{fact}</dd>
              </div>
            ),
        )}
      </dl>
    </div>
  );
}

function addressText(patient: Person): string | undefined {
  const address = patient.address?.[0];
  if (!address) return undefined;
  const town = [address.state, address.postalCode].filter(Boolean).join(' ');
  return [...(address.line ?? []), address.city, town].filter(Boolean).join(', ') || undefined;
}
