import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import type { QueryKey } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { sendJson } from '../data/care/requests';
import { roleText } from '../data/session/roleWords';
import { ActionFailure } from '../ui/ActionFailure';
import { Dialog } from '../ui/Dialog';
import { KeptNote } from '../ui/KeptNote';
import { useKept } from '../ui/useKept';
import { staffRoles } from './staffRoles';
import { useAdminAction } from './useAdminAction';

interface InvitePersonDialogProps {
  opened: boolean;
  reloads: QueryKey;
  onClose: () => void;
}

/** A colleague gets an invitation by mail, and chooses a password with it. */
export function InvitePersonDialog({ opened, reloads, onClose }: InvitePersonDialogProps) {
  return (
    <Dialog title="Invite a colleague" opened={opened} onClose={onClose} holdsInput>
      <InviteForm reloads={reloads} onClose={onClose} />
    </Dialog>
  );
}

interface Invitation {
  readonly email: string;
  readonly displayName: string;
  readonly role: string;
}

const nobody: Invitation = { email: '', displayName: '', role: 'provider' };

function InviteForm({ reloads, onClose }: Omit<InvitePersonDialogProps, 'opened'>) {
  const { fields: invitation, set, forget, clear, wasKept } = useKept('invite', () => nobody);
  const [tried, setTried] = useState(false);
  const invite = useAdminAction<Invitation, unknown>({
    run: (person) => sendJson('POST', '/api/admin/users', person),
    done: 'invited',
    about: 'the colleague',
    reloads,
    thenHere: leave,
  });
  const isNamed = invitation.displayName.trim() !== '';
  const isReachable = /^\S+@\S+$/.test(invitation.email.trim());

  function leave(): void {
    forget();
    onClose();
  }

  function send(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (!isNamed || !isReachable) return;
    invite.mutate({ ...invitation, email: invitation.email.trim(), displayName: invitation.displayName.trim() });
  }

  return (
    <form noValidate onSubmit={send}>
      <Stack gap="sm">
        <KeptNote wasKept={wasKept} clear={clear} />
        <TextInput
          label="Name"
          autoComplete="off"
          data-autofocus
          value={invitation.displayName}
          error={tried && !isNamed && 'Write the name'}
          onChange={(event) => set({ displayName: event.currentTarget.value })}
        />
        <TextInput
          type="email"
          label="Email"
          autoComplete="off"
          value={invitation.email}
          error={tried && !isReachable && 'Write an e-mail address'}
          onChange={(event) => set({ email: event.currentTarget.value })}
        />
        <Select
          label="Role"
          data={staffRoles.map((role) => ({ value: role, label: roleText(role) }))}
          value={invitation.role}
          allowDeselect={false}
          onChange={(role) => role && set({ role })}
        />
        {invite.error && <ActionFailure done="invited" error={invite.error} />}
        <Group gap="xs">
          <Button type="submit" loading={invite.isPending}>
            Send the invitation
          </Button>
          <Button variant="default" onClick={leave}>
            Back
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
