import { Alert, Button, Stack } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import classes from './Factor.module.css';

/** Shown this once. */
export function RecoveryCodes({ codes, onWritten }: { readonly codes: readonly string[]; readonly onWritten: () => void }) {
  return (
    <Stack gap="sm" align="flex-start">
      <Alert color="blue" icon={<IconKey aria-hidden="true" />} role="status">
        Write these codes down and keep them safe. Each opens your account once if you lose your phone. They are not shown again.
      </Alert>
      <ul className={classes.codes} aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <Button onClick={onWritten}>I have written them down</Button>
    </Stack>
  );
}
