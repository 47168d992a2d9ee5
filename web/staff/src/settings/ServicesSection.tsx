import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconPlus } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { remove, sendJson } from '../data/care/requests';
import { dateAndTime } from '../time/words';
import { ActionFailure } from '../ui/ActionFailure';
import { Dialog } from '../ui/Dialog';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure, Nothing } from '../ui/Notice';
import { ScrollingTable } from './ScrollingTable';
import { secretsAt, secretsQuery, servicesKey, servicesQuery, type ServiceAccount } from './services';
import classes from './Settings.module.css';
import { ShownOnce, type Credential } from './ShownOnce';
import { useAdminAction } from './useAdminAction';

/** Programs of the organization that use the APIs in their own name. */
export function ServicesSection() {
  const [making, setMaking] = useState(false);
  const [open, setOpen] = useState<ServiceAccount | null>(null);
  const { data, error, isPending, refetch } = useQuery(servicesQuery);
  if (isPending) return <LoadingRows label="Loading service accounts" count={3} height={44} />;
  if (error && !data) return <LoadFailure what="Service accounts" error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <div className={classes.bar}>
        <Button leftSection={<IconPlus size={18} aria-hidden="true" />} onClick={() => setMaking(true)}>
          Add a service account
        </Button>
      </div>
      {data.length === 0 && <Nothing>No program has an account of its own.</Nothing>}
      {data.length > 0 && (
        <ScrollingTable label="Service accounts" heads={['Name', 'Last seen', 'Actions']}>
          {data.map((service) => (
            <tr key={service.id}>
              <th scope="row">
                {service.displayName}
                {service.disabled && <div className={classes.quiet}>Switched off</div>}
              </th>
              <td>{service.lastSeenAt ? dateAndTime(service.lastSeenAt) : 'never'}</td>
              <td>
                <Button size="compact-sm" variant="default" onClick={() => setOpen(service)}>
                  Secrets…
                </Button>
              </td>
            </tr>
          ))}
        </ScrollingTable>
      )}
      <Dialog title="Add a service account" opened={making} onClose={() => setMaking(false)} holdsInput>
        <AddForm onClose={() => setMaking(false)} />
      </Dialog>
      <Dialog title={open ? `Secrets of ${open.displayName}` : 'Secrets'} opened={open !== null} onClose={() => setOpen(null)}>
        {open && <Secrets id={open.id} />}
      </Dialog>
    </>
  );
}

function AddForm({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [tried, setTried] = useState(false);
  const [made, setMade] = useState<Credential | null>(null);
  const add = useAdminAction<string, Credential>({
    run: (named) => sendJson('POST', '/api/admin/service-accounts', { name: named }),
    done: 'added',
    about: 'the service account',
    reloads: servicesKey,
    thenHere: setMade,
  });
  if (made) return <ShownOnce credential={made} onDone={onClose} />;
  return (
    <form
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        setTried(true);
        if (name.trim() !== '') add.mutate(name.trim());
      }}
    >
      <Stack gap="sm">
        <p>It reads and writes what a service may, under its own name in the audit.</p>
        <TextInput
          label="Name of the program"
          autoComplete="off"
          data-autofocus
          value={name}
          error={tried && name.trim() === '' && 'Write the name'}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {add.error && <ActionFailure done="added" error={add.error} />}
        <Group gap="xs">
          <Button type="submit" loading={add.isPending}>
            Add
          </Button>
          <Button variant="default" onClick={onClose}>
            Back
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** A second secret is added before the first one is revoked, so that the program goes on. */
function Secrets({ id }: { id: string }) {
  const [made, setMade] = useState<Credential | null>(null);
  const { data, error, isPending, refetch } = useQuery(secretsQuery(id));
  const change = useAdminAction<{ readonly revoke: string | null }, Credential | null>({
    run: async ({ revoke }) => {
      if (revoke === null) return sendJson<Credential>('POST', secretsAt(id), {});
      await remove(`${secretsAt(id)}/${encodeURIComponent(revoke)}`);
      return null;
    },
    done: 'changed',
    about: 'the secrets',
    reloads: servicesKey,
    thenHere: setMade,
  });
  if (made) return <ShownOnce credential={made} onDone={() => setMade(null)} />;
  if (isPending) return <LoadingRows label="Loading secrets" count={2} height={40} />;
  if (error && !data) return <LoadFailure what="The secrets" error={error} onRetry={() => void refetch()} />;
  return (
    <Stack gap="sm">
      {data.length === 0 && <p>There is no secret: the program cannot sign in.</p>}
      <ul className={classes.cards} aria-label="Secrets">
        {data.map(({ secretId, createdAt, expiresAt }) => (
          <li key={secretId}>
            <Group gap="xs" justify="space-between">
              <span>
                since {dateAndTime(createdAt)}
                {expiresAt && `, until ${dateAndTime(expiresAt)}`}
              </span>
              <Button size="compact-sm" variant="default" loading={change.isPending} onClick={() => change.mutate({ revoke: secretId })}>
                Revoke
              </Button>
            </Group>
          </li>
        ))}
      </ul>
      {change.error && <ActionFailure done="changed" error={change.error} />}
      <Group gap="xs">
        <Button loading={change.isPending} onClick={() => change.mutate({ revoke: null })}>
          Add a secret
        </Button>
      </Group>
    </Stack>
  );
}
