import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { getJson, sendJson } from '../data/care/requests';
import { dateText } from '../time/words';
import { ActionFailure } from '../ui/ActionFailure';
import { Confirm } from '../ui/Confirm';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure, Nothing } from '../ui/Notice';
import { RegisterAppDialog } from './RegisterAppDialog';
import { ScrollingTable } from './ScrollingTable';
import classes from './Settings.module.css';
import { useAdminAction } from './useAdminAction';

interface App {
  readonly clientId: string;
  readonly name: string;
  readonly type: string;
  readonly scopes: string;
  readonly createdAt: string;
  readonly disabled: boolean;
}

const appsKey = ['settings', 'apps'];

/** SMART applications that may ask people of this organization for access. */
export function AppsSection() {
  const [asked, setAsked] = useState<App | null>(null);
  const [registering, setRegistering] = useState(false);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: appsKey,
    queryFn: () => getJson<{ items: readonly App[] }>('/api/admin/apps'),
  });
  const change = useAdminAction<App, unknown>({
    run: ({ clientId, disabled }) => sendJson('PATCH', `/api/admin/apps/${encodeURIComponent(clientId)}`, { disabled: !disabled }),
    done: 'changed',
    about: 'the application',
    reloads: appsKey,
    thenHere: () => setAsked(null),
  });
  if (isPending) return <LoadingRows label="Loading applications" count={3} height={44} />;
  if (error && !data) return <LoadFailure what="Applications" error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <div className={classes.bar}>
        <Button leftSection={<IconPlus size={18} aria-hidden="true" />} onClick={() => setRegistering(true)}>
          Register an application
        </Button>
      </div>
      {data.items.length === 0 && <Nothing>No application is registered.</Nothing>}
      {data.items.length > 0 && (
        <ScrollingTable label="Applications" heads={['Name', 'Kind', 'May ask for', 'Since', 'Actions']}>
          {data.items.map((app) => (
            <tr key={app.clientId}>
              <th scope="row">
                {app.name}
                {app.disabled && <div className={classes.quiet}>Switched off</div>}
              </th>
              <td>{app.type.replaceAll('_', ' ')}</td>
              <td className={classes.quiet}>{app.scopes}</td>
              <td>{dateText(app.createdAt)}</td>
              <td>
                <Button size="compact-sm" variant="default" onClick={() => setAsked(app)}>
                  {app.disabled ? 'Switch on' : 'Switch off'}
                </Button>
              </td>
            </tr>
          ))}
        </ScrollingTable>
      )}
      <RegisterAppDialog opened={registering} reloads={appsKey} onClose={() => setRegistering(false)} />
      <Confirm
        title="Change this application?"
        opened={asked !== null}
        action={asked?.disabled ? 'Switch on' : 'Switch off'}
        busy={change.isPending}
        onConfirm={() => asked && change.mutate(asked)}
        onClose={() => setAsked(null)}
      >
        {asked && (
          <p>
            {asked.disabled
              ? `${asked.name} may ask people for access again.`
              : `${asked.name} gets nothing any more: its tokens end at once, and nobody can sign in with it.`}
          </p>
        )}
        {change.error && <ActionFailure done="changed" error={change.error} />}
      </Confirm>
    </>
  );
}
