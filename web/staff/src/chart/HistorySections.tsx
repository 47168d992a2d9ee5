import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { reasonText } from '../appointments/appointment';
import { AppointmentStatus } from '../appointments/AppointmentStatus';
import { conceptText, plainWord } from '../data/fhir/words';
import { dateAndTime, dateText } from '../time/words';
import { allergies, appointmentsFromToday, conditions, isActive } from './record';
import { RecordLine } from './RecordLine';
import { RecordSection } from './RecordSection';
import classes from './HistorySections.module.css';

interface SectionProps {
  patientId: string;
}

export function AppointmentSection({ patientId }: SectionProps) {
  return (
    <RecordSection
      title="Appointments from today"
      part={appointmentsFromToday}
      patientId={patientId}
      none="No appointment is planned from today."
    >
      {(appointment) => (
        <RecordLine
          name={dateAndTime(appointment.start)}
          detail={reasonText(appointment)}
          aside={<AppointmentStatus status={appointment.status} />}
        />
      )}
    </RecordSection>
  );
}

const past = <T extends { clinicalStatus?: { coding?: { code?: string }[] } }>(resource: T) => !isActive(resource);

/** What is over is asked for when somebody wants to see it. */
export function HistorySections({ patientId }: SectionProps) {
  const [isShown, setShown] = useState(false);
  if (!isShown) {
    return (
      <Button variant="default" size="xs" className={classes.more ?? ''} onClick={() => setShown(true)}>
        Show past problems and allergies
      </Button>
    );
  }
  return (
    <>
      <RecordSection title="Resolved problems" part={conditions} only={past} patientId={patientId} none="No problem is resolved.">
        {(condition) => (
          <RecordLine
            name={conceptText(condition.code)}
            detail={`Since ${dateText(condition.onsetDateTime ?? condition.recordedDate)}`}
            past
            aside={plainWord(condition.clinicalStatus?.coding?.[0]?.code)}
          />
        )}
      </RecordSection>
      <RecordSection title="Past allergies" part={allergies} only={past} patientId={patientId} none="No allergy is inactive.">
        {(allergy) => (
          <RecordLine
            name={conceptText(allergy.code)}
            detail={(allergy.reaction ?? []).flatMap((reaction) => reaction.manifestation ?? []).map((one) => conceptText(one)).join(', ')}
            past
            aside={
              <>
                {allergy.criticality === 'high' && (
                  <span className={classes.critical}>
                    <IconAlertTriangle size={14} aria-hidden="true" />
                    High risk
                  </span>
                )}
                Inactive
              </>
            }
          />
        )}
      </RecordSection>
    </>
  );
}
