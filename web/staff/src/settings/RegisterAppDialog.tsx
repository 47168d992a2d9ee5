import { Button, Group, Select, Stack, Textarea, TextInput } from '@mantine/core';
import type { QueryKey } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { sendJson } from '../data/care/requests';
import { ActionFailure } from '../ui/ActionFailure';
import { Dialog } from '../ui/Dialog';
import { KeptNote } from '../ui/KeptNote';
import { useKept } from '../ui/useKept';
import { appTypes, bodyOfApp, emptyApp, wrongApp, type AppDraft } from './appForm';
import { ShownOnce, type Credential } from './ShownOnce';
import { useAdminAction } from './useAdminAction';

interface RegisterAppDialogProps {
  opened: boolean;
  reloads: QueryKey;
  onClose: () => void;
}

/** A SMART application gets a client id, and a secret where it keeps one. */
export function RegisterAppDialog({ opened, reloads, onClose }: RegisterAppDialogProps) {
  return (
    <Dialog title="Register an application" opened={opened} onClose={onClose} holdsInput>
      <RegisterForm reloads={reloads} onClose={onClose} />
    </Dialog>
  );
}

function RegisterForm({ reloads, onClose }: Omit<RegisterAppDialogProps, 'opened'>) {
  const { fields: app, set, forget, clear, wasKept } = useKept<AppDraft>('register app', () => emptyApp);
  const [tried, setTried] = useState(false);
  const [made, setMade] = useState<Credential | null>(null);
  const register = useAdminAction<AppDraft, Credential>({
    run: (draft) => sendJson('POST', '/api/admin/apps', bodyOfApp(draft)),
    done: 'registered',
    about: 'the application',
    reloads,
    thenHere: (credential) => {
      forget();
      setMade(credential);
    },
  });
  const wrong = tried ? wrongApp(app) : {};
  if (made) return <ShownOnce credential={made} onDone={onClose} />;

  function send(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (Object.keys(wrongApp(app)).length === 0) register.mutate(app);
  }

  return (
    <form noValidate onSubmit={send}>
      <Stack gap="sm">
        <KeptNote wasKept={wasKept} clear={clear} />
        <TextInput
          label="Name"
          description="As people see it when they are asked to consent"
          autoComplete="off"
          data-autofocus
          value={app.name}
          error={wrong.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <Select
          label="Where it runs"
          data={[...appTypes]}
          value={app.type}
          allowDeselect={false}
          error={wrong.type}
          onChange={(type) => type && set({ type })}
        />
        <Textarea
          label="May ask for"
          description="SMART scopes, separated by blanks: at most these"
          autosize
          minRows={2}
          spellCheck={false}
          value={app.scopes}
          error={wrong.scopes}
          onChange={(event) => set({ scopes: event.currentTarget.value })}
        />
        <Textarea
          label="Addresses to come back to"
          description="One a line, to the letter"
          autosize
          minRows={2}
          spellCheck={false}
          value={app.redirects}
          error={wrong.redirects}
          onChange={(event) => set({ redirects: event.currentTarget.value })}
        />
        <TextInput
          label="Address to be opened at"
          description="Only if it is opened from a chart"
          type="url"
          value={app.launchUrl}
          onChange={(event) => set({ launchUrl: event.currentTarget.value })}
        />
        {app.type === 'confidential-asymmetric' && (
          <TextInput
            label="Address of its public keys"
            description="A JSON Web Key Set"
            type="url"
            value={app.keysUrl}
            error={wrong.keysUrl}
            onChange={(event) => set({ keysUrl: event.currentTarget.value })}
          />
        )}
        {register.error && <ActionFailure done="registered" error={register.error} />}
        <Group gap="xs">
          <Button type="submit" loading={register.isPending}>
            Register
          </Button>
          <Button
            variant="default"
            onClick={() => {
              forget();
              onClose();
            }}
          >
            Back
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
