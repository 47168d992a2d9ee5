import { Button } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { useState } from 'react';
import { bareNumber, plainWord } from '../data/fhir/words';
import { saysNone } from '../data/fhir/allergies';
import { useMay } from '../data/session/permissions';
import { EditPatientDialog } from '../demographics/EditPatientDialog';
import { dateText } from '../time/words';
import { PageHeading } from '../ui/PageHeading';
import { useHighlight } from '../ui/useHighlight';
import type { ChartAllergy, PatientChart } from './chart';
import classes from './ChartHeader.module.css';

/** Who this is and what may not be given: always in sight, whatever else is on the screen. */
export function ChartHeader({ chart, isPast }: { chart: PatientChart; isPast: boolean }) {
  const [editing, setEditing] = useState(false);
  const mayEdit = useMay()('update', 'Patient') && !isPast;
  const highlighted = useHighlight(`Patient/${chart.patientId}`);
  const facts = [
    ['Born', chart.birthDate ? `${dateText(chart.birthDate)}${chart.age === null ? '' : ` (${chart.age} years)`}` : 'not recorded'],
    ['Sex', chart.sex ? plainWord(chart.sex) : 'not recorded'],
    ['MRN', bareNumber(chart.mrn) ?? 'none'],
  ] as const;
  return (
    <div className={`${classes.header} ${highlighted ?? ''}`} data-past={isPast || undefined}>
      <div className={classes.person}>
        <PageHeading title={isPast ? 'Patient, in the past' : 'Patient'}>{chart.name ?? 'Patient without a name'}</PageHeading>
        <dl className={classes.facts}>
          {facts.map(([term, fact]) => (
            <div key={term}>
              <dt>{term}</dt>
              <dd>{fact}</dd>
            </div>
          ))}
        </dl>
        {mayEdit && (
          <Button size="compact-sm" variant="default" className={classes.edit ?? ''} onClick={() => setEditing(true)}>
            Edit details
          </Button>
        )}
      </div>
      {mayEdit && <EditPatientDialog patientId={chart.patientId} opened={editing} onClose={() => setEditing(false)} />}
      <Allergies chart={chart} />
    </div>
  );
}

/** Three different things: what is listed, that none are known, and that nothing was recorded. */
function Allergies({ chart: { allergies, withheld, truncated } }: { chart: PatientChart }) {
  if (withheld.includes('allergies')) {
    return (
      <p className={classes.allergies} data-tone="hidden">
        <IconInfoCircle size={16} aria-hidden="true" />
        Allergies are not open to you
      </p>
    );
  }
  if (allergies.length === 0) {
    return (
      <p className={classes.allergies} data-tone="unknown">
        <IconAlertTriangle size={16} aria-hidden="true" />
        Allergies: nothing recorded
      </p>
    );
  }
  const named = allergies.filter((allergy) => !saysNone(allergy));
  const isNone = named.length === 0;
  // Who has an allergy is not said to have none, whatever was recorded before.
  const shown = isNone ? allergies : named;
  return (
    <p className={classes.allergies} data-tone={isNone ? 'none' : 'listed'}>
      <IconAlertTriangle size={16} aria-hidden="true" />
      <span>
        <strong>Allergies: </strong>
        {shown.map(allergyText).join(', ')}
        {truncated.includes('allergies') && ', and more'}
      </span>
    </p>
  );
}

function allergyText({ display, criticality, reactions }: ChartAllergy): string {
  const more = [criticality === 'high' ? 'high risk' : '', ...reactions].filter(Boolean);
  return `${display ?? 'substance not named'}${more.length > 0 ? ` (${more.join(', ')})` : ''}`;
}
