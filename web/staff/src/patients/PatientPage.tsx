import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { IconArrowLeft, IconUserOff } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { FhirRefusal } from '../data/fhir/requests';
import { useMay } from '../data/session/permissions';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure, Nothing } from '../ui/Notice';
import { PageHeading } from '../ui/PageHeading';
import { StaleNote } from '../ui/StaleNote';
import { Demographics } from './Demographics';
import {
  AllergySection,
  AppointmentSection,
  ConditionSection,
  EncounterSection,
  LabSection,
  MedicationSection,
  ReportSection,
} from './RecordSections';
import classes from './PatientPage.module.css';
import { patientQuery } from './record';
import { useLiveRecord } from './useLiveRecord';

/** A section that the role may not see is absent: nothing is asked of the server that it would refuse. */
const columns: readonly (readonly { needs: readonly string[]; Section: ComponentType<{ patientId: string }> }[])[] = [
  [
    { needs: ['AllergyIntolerance'], Section: AllergySection },
    { needs: ['Condition'], Section: ConditionSection },
    { needs: ['MedicationRequest'], Section: MedicationSection },
  ],
  [
    { needs: ['Observation'], Section: LabSection },
    { needs: ['DiagnosticReport', 'ImagingStudy'], Section: ReportSection },
    { needs: ['Appointment'], Section: AppointmentSection },
    { needs: ['Encounter'], Section: EncounterSection },
  ],
];

const route = getRouteApi('/signed-in/patients/$patientId');

export function PatientPage() {
  const { patientId } = route.useParams();
  return <PatientRecord key={patientId} patientId={patientId} />;
}

function PatientRecord({ patientId }: { patientId: string }) {
  const may = useMay();
  const { ready, staleSince } = useLiveRecord(patientId);
  const { data: patient, error, isPending, refetch, dataUpdatedAt } = useQuery({ ...patientQuery(patientId), enabled: ready });

  if (isPending || !ready) {
    return (
      <>
        <PageHeading title="Patient" />
        <LoadingRows label="Loading the patient" count={5} height={72} />
      </>
    );
  }
  if (!patient) {
    const unknown = error instanceof FhirRefusal && (error.status === 404 || error.status === 410);
    return (
      <>
        <PageHeading title="Patient" />
        {unknown ? (
          <Nothing icon={<IconUserOff size={32} aria-hidden="true" />}>There is no such patient, or you may not see the record.</Nothing>
        ) : (
          <LoadFailure what="The patient" error={error ?? new Error('No answer')} onRetry={() => void refetch()} />
        )}
      </>
    );
  }
  const open = columns.map((column) => column.filter(({ needs }) => needs.every((type) => may('read', type))));
  const shown = open.filter((column) => column.length > 0);
  return (
    <>
      <Link to="/patients" className={classes.back}>
        <IconArrowLeft size={16} aria-hidden="true" />
        Patients
      </Link>
      {staleSince !== null && <StaleNote what="this chart" since={staleSince} loadedAt={dataUpdatedAt} />}
      <Demographics patient={patient} />
      <div className={classes.columns}>
        {shown.map((column, index) => (
          <div key={index} className={classes.column}>
            {column.map(({ needs, Section }) => (
              <Section key={needs[0]} patientId={patientId} />
            ))}
          </div>
        ))}
      </div>
    </>
  );
}
