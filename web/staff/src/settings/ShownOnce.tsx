import { Alert, Button, CopyButton, Group, Stack } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import classes from './Settings.module.css';

export interface Credential {
  readonly clientId: string;
  /** Null for an application that keeps none. */
  readonly clientSecret: string | null;
}

/** What the server tells this one time. */
export function ShownOnce({ credential: { clientId, clientSecret }, onDone }: { credential: Credential; onDone: () => void }) {
  return (
    <Stack gap="sm">
      {clientSecret !== null && (
        <Alert color="blue" icon={<IconKey aria-hidden="true" />} role="status">
          Give the secret to whoever runs the program, by a safe way. It is not shown again.
        </Alert>
      )}
      <dl className={classes.credential}>
        <dt>Client ID</dt>
        <dd>
          <code>{clientId}</code>
        </dd>
        {clientSecret !== null && (
          <>
            <dt>Secret</dt>
            <dd>
              <code>{clientSecret}</code>
            </dd>
          </>
        )}
      </dl>
      <Group gap="xs">
        <Button onClick={onDone}>Done</Button>
        <CopyButton value={clientSecret ?? clientId}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? 'Copied' : clientSecret === null ? 'Copy the client ID' : 'Copy the secret'}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Stack>
  );
}
