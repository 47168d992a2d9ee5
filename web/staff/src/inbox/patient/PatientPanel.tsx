import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { search, type Page } from '../../data/fhir/requests';
import { saysNone } from '../../data/fhir/allergies';
import type { AllergyIntolerance, Appointment, CodeableConcept, MedicationRequest, Resource } from '../../data/fhir/resources';
import { conceptText } from '../../data/fhir/words';
import { useMay } from '../../data/session/permissions';
import { today } from '../../time/days';
import { dateAndTime } from '../../time/words';
import { failureText } from '../../ui/failures';
import type { Thread } from '../messages';
import { listThreads } from '../threadRequests';
import { momentText, patientFacts, statusWords, threadName } from '../words';
import classes from './PatientPanel.module.css';
import { useFreshPatient } from './useFreshPatient';

interface PatientPanelProps {
  thread: Thread;
  /** Where there is no room beside the thread, it lies over it. */
  isShown: boolean;
  onClose: () => void;
}

/** Who it is about, beside the thread. What the role may not read is absent, and not asked for. */
export function PatientPanel({ thread, isShown, onClose }: PatientPanelProps) {
  const may = useMay();
  const id = thread.patient?.id ?? '';
  useFreshPatient(id);
  return (
    <aside className={classes.panel} data-shown={isShown || undefined} aria-label="Patient">
      <Button variant="subtle" size="compact-sm" className={classes.close ?? ''} onClick={onClose}>
        Close
      </Button>
      <h2 className={classes.name}>{threadName(thread)}</h2>
      <p className={classes.facts}>{patientFacts(thread)}</p>
      {may('read', 'Patient') && (
        <Link to="/patients/$patientId" params={{ patientId: id }} className={classes.chart}>
          Open chart
        </Link>
      )}
      {may('read', 'AllergyIntolerance') && <Allergies id={id} />}
      {may('read', 'MedicationRequest') && <Medications id={id} />}
      {may('read', 'Appointment') && <NextVisits id={id} />}
      <OtherThreads id={id} but={thread.id} />
    </aside>
  );
}

export function Allergies({ id }: { id: string }) {
  const { data, error } = useQuery({
    queryKey: ['inbox-patient', id, 'allergies'],
    queryFn: () => search<AllergyIntolerance>('AllergyIntolerance', [['patient', id], ['_count', '20']]),
  });
  return (
    <Part title="Allergies" hasMore={hasMore(data)} error={error} isLoading={!data} none="Nothing recorded: ask the patient">
      {data && allergiesIn(data.resources).map((one) => (
        <li key={one.id}>
          {conceptText(one.code)}
          {isInactive(one) && ' (inactive)'}
          {one.criticality === 'high' && ' (high risk)'}
        </li>
      ))}
    </Part>
  );
}

function Medications({ id }: { id: string }) {
  const { data, error } = useQuery({
    queryKey: ['inbox-patient', id, 'medications'],
    queryFn: () => search<MedicationRequest>('MedicationRequest', [['patient', id], ['status', 'active'], ['_count', '20']]),
  });
  return (
    <Part title="Active medications" hasMore={hasMore(data)} error={error} isLoading={!data} none="None recorded">
      {data?.resources.map((one) => <li key={one.id}>{conceptText(one.medicationCodeableConcept)}</li>)}
    </Part>
  );
}

function NextVisits({ id }: { id: string }) {
  const { data, error } = useQuery({
    queryKey: ['inbox-patient', id, 'visits'],
    queryFn: async () =>
      (await search<Appointment>('Appointment', [['patient', id], ['date', `ge${today()}`], ['status', 'booked,arrived'], ['_sort', 'date'],
        ['_count', '3']])).resources,
  });
  return (
    <Part title="Next visits" error={error} isLoading={!data} none="None booked">
      {data?.map((one) => <li key={one.id}>{dateAndTime(one.start)}</li>)}
    </Part>
  );
}

function OtherThreads({ id, but }: { id: string; but: string }) {
  const { data, error } = useQuery({
    queryKey: ['inbox', 'of-patient', id],
    queryFn: async () => (await listThreads({ patientId: id }, null)).items,
    staleTime: 30_000,
  });
  const others = data?.filter((thread) => thread.id !== but).slice(0, 8);
  return (
    <Part title="Other threads" error={error} isLoading={!data} none="None">
      {others?.map((thread) => (
        <li key={thread.id}>
          <Link to="/inbox" search={(before) => ({ ...before, thread: thread.id })}>
            {thread.subject ?? 'Direct messages'}
          </Link>
          <span className={classes.small}>
            {statusWords[thread.status]} · {momentText(thread.lastMessageAt)}
          </span>
        </li>
      ))}
    </Part>
  );
}

/** Who has an allergy is not said to have none, whatever was recorded before. */
function allergiesIn(recorded: readonly AllergyIntolerance[]): readonly AllergyIntolerance[] {
  const valid = recorded.filter(({ verificationStatus }) => !['entered-in-error', 'refuted'].includes(codeOf(verificationStatus)));
  const named = valid.filter((one) => !saysNone({ code: one.code?.coding?.[0] ?? null, display: conceptText(one.code) }));
  return named.some((one) => !isInactive(one)) ? named : valid;
}

function isInactive({ clinicalStatus }: AllergyIntolerance): boolean {
  return ['inactive', 'resolved'].includes(codeOf(clinicalStatus));
}

function codeOf(concept: CodeableConcept | undefined): string {
  return concept?.coding?.[0]?.code ?? '';
}

function hasMore(page: Page<Resource> | undefined): boolean {
  return page !== undefined && page.next !== null;
}

interface PartProps {
  title: string;
  error: Error | null;
  isLoading: boolean;
  none: string;
  /** Of what is recorded, more than what is listed. */
  hasMore?: boolean;
  children: readonly ReactNode[] | undefined;
}

function Part({ title, error, isLoading, none, hasMore: isCut, children }: PartProps) {
  return (
    <section className={classes.part}>
      <h3>{title}</h3>
      {error && <p role="alert">{failureText(error)}</p>}
      {!error && isLoading && <p className={classes.small}>Loading…</p>}
      {children && (children.length === 0 && !isCut ? <p className={classes.small}>{none}</p> : <ul>{children}</ul>)}
      {isCut && <p className={classes.small}>And more: open the chart for all.</p>}
    </section>
  );
}
