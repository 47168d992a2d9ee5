import { Button, Group, PasswordInput, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Problem } from '@vagus/client';
import { useEffect, useState, type FormEvent } from 'react';
import { factorsQuery, stepUp, stepUpByPasskey } from '../data/care/factors';
import { useObservable } from '../observable';
import { ActionFailure } from './ActionFailure';
import { CodeForm } from './CodeForm';
import { Dialog } from './Dialog';
import { Told } from './failures';
import { proofAsked } from './freshSignIn';
import { LoadingRows } from './LoadingRows';
import { useAction } from './useAction';

/** Asks for the second step of the sign-in, or for the password where there is none, where a change needs a fresh sign-in. */
export function ProveAgain() {
  const answer = useObservable(proofAsked);
  // Who leaves the page confirms nothing.
  useEffect(() => () => proofAsked.value?.(false), []);
  // It is made when it is asked for: above the dialog that asks.
  if (answer === null) return null;
  return (
    <Dialog title="Confirm that it is you" opened onClose={() => answer(false)} holdsInput>
      <ProofForm onProved={() => answer(true)} onBack={() => answer(false)} />
    </Dialog>
  );
}

function ProofForm({ onProved, onBack }: { onProved: () => void; onBack: () => void }) {
  const { data: factors, isPending } = useQuery(factorsQuery);
  const kinds = new Set(factors?.items.map(({ kind }) => kind));
  const prove = useAction<() => Promise<unknown>, unknown>({
    run: (show) => show().catch(told),
    done: () => 'confirmed',
    about: () => 'who you are',
    onSuccess: onProved,
    thenHere: () => {},
  });
  const busy = prove.isPending;
  return (
    <Stack gap="sm">
      <p>This change is taken only from somebody who has just shown who it is.</p>
      {isPending && <LoadingRows label="Loading" count={1} height={36} />}
      {!isPending && kinds.size === 0 && (
        <PasswordForm isBusy={busy} onPassword={(password) => prove.mutate(() => stepUp({ password }))} />
      )}
      {kinds.has('passkey') && (
        <Button loading={busy} onClick={() => prove.mutate(stepUpByPasskey)}>
          Use my passkey
        </Button>
      )}
      {kinds.has('totp') && <CodeForm go="Confirm" isBusy={busy} onCode={(code) => prove.mutate(() => stepUp({ code }))} />}
      {prove.error && <ActionFailure done="confirmed" error={prove.error} />}
      <Group gap="xs">
        <Button variant="default" onClick={onBack}>
          Back
        </Button>
      </Group>
    </Stack>
  );
}

function PasswordForm({ isBusy, onPassword }: { isBusy: boolean; onPassword: (password: string) => void }) {
  const [password, setPassword] = useState('');
  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (password !== '' && !isBusy) onPassword(password);
      }}
    >
      <Stack gap="sm" align="flex-start">
        <PasswordInput
          label="Your password"
          autoComplete="current-password"
          data-autofocus
          w="100%"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" loading={isBusy}>
          Confirm
        </Button>
      </Stack>
    </form>
  );
}

function told(error: unknown): never {
  if (error instanceof Problem && error.code === 'invalid_factor') throw error;
  if (error instanceof Problem && error.status === 401) throw new Told('That is not right. Nothing was changed.');
  throw error;
}
