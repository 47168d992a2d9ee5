import { IconAlertTriangle } from '@tabler/icons-react';
import { reasonText } from '../appointments/appointment';
import { AppointmentStatus } from '../appointments/AppointmentStatus';
import type { MedicationRequest, Observation } from '../data/fhir/resources';
import { conceptText, plainWord } from '../data/fhir/words';
import { dateAndTime, dateText } from '../time/words';
import { allergies, appointmentsFromToday, conditions, encounters, isActive, labs, medications, reports } from './record';
import { RecordLine } from './RecordLine';
import { RecordSection } from './RecordSection';
import { ResultFlag } from './ResultFlag';
import { valueText, rangeText } from './resultWords';
import classes from './RecordSections.module.css';

interface SectionProps {
  patientId: string;
}

export function AllergySection({ patientId }: SectionProps) {
  return (
    <RecordSection title="Allergies" part={allergies} patientId={patientId} none="No allergies are recorded.">
      {(allergy) => (
        <RecordLine
          name={conceptText(allergy.code)}
          detail={(allergy.reaction ?? []).flatMap((reaction) => reaction.manifestation ?? []).map((one) => conceptText(one)).join(', ')}
          past={!isActive(allergy)}
          aside={
            <>
              {allergy.criticality === 'high' && (
                <span className={classes.severe}>
                  <IconAlertTriangle size={14} aria-hidden="true" />
                  High risk
                </span>
              )}
              {!isActive(allergy) && 'Inactive'}
            </>
          }
        />
      )}
    </RecordSection>
  );
}

export function ConditionSection({ patientId }: SectionProps) {
  return (
    <RecordSection title="Conditions" part={conditions} patientId={patientId} none="No conditions are recorded.">
      {(condition) => (
        <RecordLine
          name={conceptText(condition.code)}
          detail={`Since ${dateText(condition.onsetDateTime ?? condition.recordedDate)}`}
          past={!isActive(condition)}
          aside={isActive(condition) ? 'Active' : plainWord(condition.clinicalStatus?.coding?.[0]?.code)}
        />
      )}
    </RecordSection>
  );
}

export function MedicationSection({ patientId }: SectionProps) {
  return (
    <RecordSection title="Medications" part={medications} patientId={patientId} none="No medication is prescribed.">
      {(medication) => (
        <RecordLine
          name={medicationName(medication)}
          detail={[medication.dosageInstruction?.[0]?.text, `Prescribed ${dateText(medication.authoredOn)}`].filter(Boolean).join(' · ')}
          past={medication.status !== 'active'}
          aside={plainWord(medication.status)}
        />
      )}
    </RecordSection>
  );
}

export function LabSection({ patientId }: SectionProps) {
  return (
    <RecordSection title="Lab results" part={labs} patientId={patientId} none="No lab results are recorded.">
      {(observation: Observation) => (
        <RecordLine
          name={conceptText(observation.code)}
          detail={[dateAndTime(observation.effectiveDateTime ?? observation.issued), rangeText(observation)].filter(Boolean).join(' · ')}
          aside={
            <>
              <ResultFlag observation={observation} />
              <strong>{valueText(observation)}</strong>
            </>
          }
        />
      )}
    </RecordSection>
  );
}

export function ReportSection({ patientId }: SectionProps) {
  return (
    <RecordSection title="Imaging reports" part={reports} patientId={patientId} none="No imaging reports are recorded.">
      {(report) => (
        <RecordLine
          name={conceptText(report.code)}
          detail={[dateAndTime(report.effectiveDateTime ?? report.issued), report.conclusion].filter(Boolean).join(' · ')}
          aside={plainWord(report.status)}
        />
      )}
    </RecordSection>
  );
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

export function EncounterSection({ patientId }: SectionProps) {
  return (
    <RecordSection title="Encounters" part={encounters} patientId={patientId} none="No encounters are recorded.">
      {(encounter) => (
        <RecordLine
          name={conceptText(encounter.type?.[0], 'Encounter')}
          detail={dateAndTime(encounter.period?.start)}
          past={encounter.status === 'finished'}
          aside={plainWord(encounter.status)}
        />
      )}
    </RecordSection>
  );
}

function medicationName(medication: MedicationRequest): string {
  return medication.medicationReference?.display ?? conceptText(medication.medicationCodeableConcept, 'Medication not named');
}
