import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconSearch, IconUserOff, IconUserPlus } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { findPatients } from '../data/fhir/findPatients';
import { readPage, type Page } from '../data/fhir/requests';
import type { Person } from '../data/fhir/resources';
import { useMay } from '../data/session/permissions';
import { connection } from '../data/session/session';
import { RegisterPatientDialog } from '../demographics/RegisterPatientDialog';
import { highlight } from '../ui/changes';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure, Nothing } from '../ui/Notice';
import { PageHeading } from '../ui/PageHeading';
import { PatientRow } from './PatientRow';
import classes from './PatientListPage.module.css';

const route = getRouteApi('/signed-in/patients');
const perPage = 25;
const none: Person[] = [];

export function PatientListPage() {
  // What is typed is somebody's name: it stays out of the address.
  const [typed, setTyped] = useState('');
  const [typedText] = useDebouncedValue(typed.trim(), 250);
  const { register } = route.useSearch();
  const mayRegister = useMay()('create', 'Patient');
  const navigate = route.useNavigate();
  const open = (registers: boolean) => void navigate({ search: registers ? { register: true } : {}, replace: !registers });
  useLivePatients();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['patients', 'list', typedText],
    queryFn: ({ pageParam, signal }): Promise<Page<Person>> =>
      pageParam === null ? findPatients(typedText, perPage) : readPage<Person>(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const people = data ? data.pages.flatMap((page) => page.resources) : none;

  return (
    <>
      <div className={classes.bar}>
        <PageHeading title="Patients" />
        {mayRegister && (
          <Button leftSection={<IconUserPlus size={18} aria-hidden="true" />} onClick={() => open(true)}>
            Register a patient
          </Button>
        )}
      </div>
      <RegisterPatientDialog
        opened={register === true && mayRegister}
        onClose={() => open(false)}
        onChosen={(patientId) => void navigate({ to: '/patients/$patientId', params: { patientId }, replace: true })}
      />
      <search className={classes.search}>
        <TextInput
          label="Find a patient by name"
          description="Or by birth date, MRN or phone number"
          type="search"
          autoComplete="off"
          leftSection={<IconSearch size={18} aria-hidden="true" />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      </search>
      <p className={classes.count} role="status" aria-label="Result">
        {data && countText(people.length, data.pages[0]?.total ?? null, hasNextPage)}
      </p>
      {isPending && <LoadingRows label="Loading patients" count={8} height={60} />}
      {error && !data && <LoadFailure what="Patients" error={error} onRetry={() => void refetch()} />}
      {data && people.length === 0 && (
        <Nothing icon={<IconUserOff size={32} aria-hidden="true" />}>
          {typedText ? 'No patient fits all of this. Check the spelling or type less.' : 'No patients are recorded yet.'}
        </Nothing>
      )}
      {people.length > 0 && (
        <ul className={classes.list} aria-label="Patients">
          {people.map((person) => (
            <PatientRow key={person.id} person={person} />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Button variant="default" className={classes.more} loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show more patients
        </Button>
      )}
    </>
  );
}

function countText(shown: number, total: number | null, more: boolean): string {
  if (shown === 0) return 'No patients found';
  if (total !== null && total > shown) return `${shown} of ${total} patients, last changed first`;
  if (more) return `${shown} patients, last changed first; there are more`;
  return `${shown} ${shown === 1 ? 'patient' : 'patients'}`;
}

function useLivePatients(): void {
  const queries = useQueryClient();
  useEffect(
    () =>
      connection.onAny(({ name, payload }) => {
        if (name !== 'patient:created' && name !== 'patient:updated') return;
        if (payload.patientId) highlight(`Patient/${payload.patientId}`, name === 'patient:created' ? 'new' : 'changed');
        void queries.invalidateQueries({ queryKey: ['patients'] }, { cancelRefetch: false });
      }),
    [queries],
  );
}
