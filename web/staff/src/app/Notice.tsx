import { Alert, Button } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './Notice.module.css';

/** Something could not be loaded; says why and offers the way on. */
export function LoadFailure({ what, error, onRetry }: { what: string; error: Error; onRetry: () => void }) {
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

export function failureText(error: Error): string {
  // What the browser throws when there is no network; its own text is for developers.
  return error instanceof TypeError ? 'The server cannot be reached right now.' : error.message;
}
