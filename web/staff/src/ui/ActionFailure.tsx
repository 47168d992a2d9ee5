import { Alert } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { failureText, isUncertain } from './failures';

/** What was asked for did not happen, or perhaps not. It stays where it happened until the next attempt. */
export function ActionFailure({ done, error }: { done: string; error: Error }) {
  return (
    <Alert color="red" icon={<IconAlertCircle aria-hidden="true" />} role="alert" title={failureTitle(done, error)}>
      {failureText(error)}
    </Alert>
  );
}

/** `done` says what would have happened: "booked". */
export function failureTitle(done: string, error: Error): string {
  return isUncertain(error) ? `Perhaps not ${done}` : `Not ${done}`;
}
