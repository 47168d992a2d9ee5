import { Alert, Button } from '@mantine/core';
import { IconAlertCircle, IconCloudOff, IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { FhirRefusal, NoAnswer } from '../data/fhir/requests';
import { failureText } from './failures';
import classes from './Notice.module.css';

/** Something could not be loaded; says why and offers the way on. */
export function LoadFailure({ what, error, onRetry }: { what: string; error: Error; onRetry: () => void }) {
  if (error instanceof FhirRefusal && error.status === 403) {
    return <Nothing icon={<IconLock size={32} aria-hidden="true" />}>{failureText(error)}</Nothing>;
  }
  if (error instanceof NoAnswer && error.offline) {
    return (
      <Nothing icon={<IconCloudOff size={32} aria-hidden="true" />}>
        You are offline, and this was not loaded on this device yet. It appears as soon as the connection is back.
      </Nothing>
    );
  }
  return (
    <Alert color="red" icon={<IconAlertCircle aria-hidden="true" />} title={`${what} could not be loaded`} role="alert">
      <p className={classes.text}>{failureText(error)}</p>
      <Button size="xs" variant="default" onClick={onRetry}>
        Try again
      </Button>
    </Alert>
  );
}

/** Nothing to show, which is an answer too. */
export function Nothing({ icon, children }: { icon?: ReactNode; children: ReactNode }) {
  return (
    <div className={classes.nothing}>
      {icon}
      <p>{children}</p>
    </div>
  );
}
