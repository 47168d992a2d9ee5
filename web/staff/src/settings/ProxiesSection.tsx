import { Button, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Problem } from '@vagus/client';
import { useState, type FormEvent } from 'react';
import { PatientPicker } from '../appointments/PatientPicker';
import { getJson, remove, sendJson } from '../data/care/requests';
import { usePatientsById } from '../data/fhir/patientsById';
import { personName, plainWord } from '../data/fhir/words';
import { dateText } from '../time/words';
import { ActionFailure } from '../ui/ActionFailure';
import { Confirm } from '../ui/Confirm';
import { Told } from '../ui/failures';
import { KeptNote } from '../ui/KeptNote';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure, Nothing } from '../ui/Notice';
import { useKept } from '../ui/useKept';
import { ScrollingTable } from './ScrollingTable';
import classes from './Settings.module.css';
import { useAdminAction } from './useAdminAction';

const route = getRouteApi('/signed-in/settings');

interface Proxy {
  readonly id: string;
  readonly displayName: string;
  readonly email: string;
  readonly relationship: string;
  readonly grantedAt: string;
  readonly until: string | null;
  /** Null: it opens nothing yet. */
  readonly confirmedAt: string | null;
}

const relationships = ['parent', 'guardian', 'grandparent', 'child', 'spouse', 'sibling', 'caregiver', 'legal_representative', 'other'].map(
  (value) => ({ value, label: plainWord(value.replaceAll('_', '-')) }),
);

/** Who acts for a patient in the portal. */
export function ProxiesSection() {
  const { patient: patientId } = route.useSearch();
  const navigate = route.useNavigate();
  const person = usePatientsById([patientId]).get(patientId ?? '');
  return (
    <>
      <div className={classes.form}>
        <PatientPicker
          chosen={person?.id ? { id: person.id, name: personName(person) } : null}
          error={undefined}
          onChoose={(patient) => void navigate({ search: { section: 'proxies', ...(patient ? { patient: patient.id } : {}) } })}
        />
      </div>
      {patientId === undefined ? (
        <Nothing>Choose a patient to see who acts for that person in the portal.</Nothing>
      ) : (
        <Proxies key={patientId} patientId={patientId} />
      )}
    </>
  );
}

/** The grants of one patient; those of the desk and of nurses are confirmed here. */
export function Proxies({ patientId }: { patientId: string }) {
  const key = ['settings', 'proxies', patientId];
  const address = `/api/patients/${encodeURIComponent(patientId)}/proxies`;
  const [ending, setEnding] = useState<Proxy | null>(null);
  const { data, error, isPending, refetch } = useQuery({ queryKey: key, queryFn: () => getJson<{ items: readonly Proxy[] }>(address) });
  const end = useAdminAction<Proxy, unknown>({
    run: ({ id }) => remove(`${address}/${encodeURIComponent(id)}`),
    done: 'ended',
    about: 'the proxy',
    reloads: key,
    thenHere: () => setEnding(null),
  });
  const confirm = useAdminAction<Proxy, unknown>({
    run: ({ id }) => sendJson('POST', `${address}/${encodeURIComponent(id)}/confirmation`, {}).catch(told),
    done: 'confirmed',
    about: 'the proxy',
    reloads: key,
  });
  if (isPending) return <LoadingRows label="Loading proxies" count={3} height={44} />;
  if (error && !data) return <LoadFailure what="Proxies" error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <h3>Who acts for this patient</h3>
      {data.items.length === 0 && <Nothing>Nobody acts for this patient.</Nothing>}
      {data.items.length > 0 && (
        <ScrollingTable label="Proxies" heads={['Name', 'As', 'Since', 'Until', 'State', 'Actions']}>
          {data.items.map((proxy) => (
            <tr key={proxy.id}>
              <th scope="row">
                {proxy.displayName}
                <div className={classes.quiet}>{proxy.email}</div>
              </th>
              <td>{plainWord(proxy.relationship.replaceAll('_', '-'))}</td>
              <td>{dateText(proxy.grantedAt)}</td>
              <td>{proxy.until ? dateText(proxy.until) : 'no end'}</td>
              <td>{proxy.confirmedAt ? 'In force' : 'Waits to be confirmed'}</td>
              <td>
                {!proxy.confirmedAt && (
                  <Button size="compact-sm" loading={confirm.isPending} onClick={() => confirm.mutate(proxy)}>
                    Confirm
                  </Button>
                )}{' '}
                <Button size="compact-sm" variant="default" onClick={() => setEnding(proxy)}>
                  End
                </Button>
              </td>
            </tr>
          ))}
        </ScrollingTable>
      )}
      {confirm.error && <ActionFailure done="confirmed" error={confirm.error} />}
      <GrantForm address={address} reloads={key} />
      <Confirm
        title="End this proxy?"
        opened={ending !== null}
        action="End the proxy"
        busy={end.isPending}
        onConfirm={() => ending && end.mutate(ending)}
        onClose={() => setEnding(null)}
      >
        {ending && <p>{ending.displayName} does not see this patient's portal any more, from now on.</p>}
        {end.error && <ActionFailure done="ended" error={end.error} />}
      </Confirm>
    </>
  );
}

function GrantForm({ address, reloads }: { address: string; reloads: readonly string[] }) {
  const kept = useKept(`proxy ${address}`, () => ({ email: '', relationship: 'parent' }));
  const { fields: { email, relationship }, set, clear, wasKept } = kept;
  const [tried, setTried] = useState(false);
  const isReachable = /^\S+@\S+$/.test(email.trim());
  const grant = useAdminAction<object, unknown>({
    run: (body) => sendJson('POST', address, body).catch(told),
    done: 'granted',
    about: 'the proxy',
    reloads,
    thenHere: () => {
      clear();
      setTried(false);
    },
  });

  function send(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (isReachable) grant.mutate({ email: email.trim(), relationship });
  }

  return (
    <form noValidate className={classes.form} onSubmit={send} aria-label="Let somebody act for this patient">
      <h3>Let somebody act for this patient</h3>
      <KeptNote wasKept={wasKept} clear={clear} />
      <TextInput
        type="email"
        label="Email of the portal account"
        autoComplete="off"
        value={email}
        error={tried && !isReachable && 'Write an e-mail address'}
        onChange={(event) => set({ email: event.currentTarget.value })}
      />
      <Select
        label="As"
        data={relationships}
        value={relationship}
        allowDeselect={false}
        onChange={(value) => value && set({ relationship: value })}
      />
      {grant.error && <ActionFailure done="granted" error={grant.error} />}
      <div>
        <Button type="submit" loading={grant.isPending}>
          Grant
        </Button>
      </div>
    </form>
  );
}

function told(error: unknown): never {
  if (error instanceof Problem && error.code === 'user_not_found') throw new Told('Nobody has a portal account with this address.');
  if (error instanceof Problem && error.code === 'own_patient') throw new Told('This is the patient’s own account.');
  if (error instanceof Problem && error.code === 'own_account') throw new Told('This is your own address: a colleague has to do it.');
  if (error instanceof Problem && error.code === 'second_person_required') {
    throw new Told('You granted it: somebody else has to confirm it.');
  }
  throw error;
}
