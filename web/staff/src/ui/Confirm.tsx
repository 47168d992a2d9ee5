import { Button, Group, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { Dialog } from './Dialog';

interface ConfirmProps {
  title: string;
  opened: boolean;
  /** What the button does. */
  action: string;
  busy: boolean;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** Asks before something that cannot be taken back. */
export function Confirm({ title, opened, action, busy, onConfirm, onClose, children }: ConfirmProps) {
  return (
    <Dialog title={title} opened={opened} onClose={onClose}>
      <Stack gap="sm">
        {children}
        <Group gap="xs">
          <Button color="red" loading={busy} data-autofocus onClick={onConfirm}>
            {action}
          </Button>
          <Button variant="default" disabled={busy} onClick={onClose}>
            Back
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
