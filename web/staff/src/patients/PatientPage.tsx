import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { IconArrowLeft, IconUserOff } from '@tabler/icons-react';
import { LoadFailure, Nothing } from '../app/Notice';
import { PageHeading } from '../app/PageHeading';
import { LoadingRows } from '../app/LoadingRows';
import { FhirRefusal } from '../fhir/requests';
import { Demographics } from './Demographics';
import {
  AllergySection,
  AppointmentSection,
  ConditionSection,
  EncounterSection,
  LabSection,
  MedicationSection,
} from './RecordSections';
import classes from './PatientPage.module.css';
import { patientQuery } from './record';
import { useLiveRecord } from './useLiveRecord';

const route = getRouteApi('/signed-in/patients/$patientId');

export function PatientPage() {
  const { patientId } = route.useParams();
  return <PatientRecord key={patientId} patientId={patientId} />;
}

function PatientRecord({ patientId }: { patientId: string }) {
  const ready = useLiveRecord(patientId);
  const { data: patient, error, isPending, refetch } = useQuery({ ...patientQuery(patientId), enabled: ready });

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
  return (
    <>
      <Link to="/patients" className={classes.back}>
        <IconArrowLeft size={16} aria-hidden="true" />
        Patients
      </Link>
      <Demographics patient={patient} />
      <div className={classes.columns}>
        <div className={classes.column}>
          <AllergySection patientId={patientId} />
          <ConditionSection patientId={patientId} />
          <MedicationSection patientId={patientId} />
        </div>
        <div className={classes.column}>
          <LabSection patientId={patientId} />
          <AppointmentSection patientId={patientId} />
          <EncounterSection patientId={patientId} />
        </div>
      </div>
    </>
  );
}
