import { Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core';
import { Problem } from '@vagus/client';
import { useEffect, useState, type FormEvent } from 'react';
import { sendJson } from '../data/care/requests';
import { useObservable } from '../observable';
import { ActionFailure } from '../ui/ActionFailure';
import { Dialog } from '../ui/Dialog';
import { Told } from '../ui/failures';
import { proofAsked } from '../ui/freshSignIn';
import { useAction } from '../ui/useAction';

/** Asks for the password, or the code of a second factor, where a change needs a fresh sign-in. */
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
  const [secret, setSecret] = useState('');
  const [byCode, setByCode] = useState(false);
  const prove = useAction<string, unknown>({
    run: (text) => sendJson('POST', '/api/auth/step-up', byCode ? { code: text } : { password: text }).catch(told),
    done: () => 'confirmed',
    about: () => 'who you are',
    onSuccess: onProved,
    thenHere: () => {},
    onError: (error) => {
      if (!(error instanceof CodeWanted)) return;
      setByCode(true);
      setSecret('');
    },
  });

  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (secret !== '') prove.mutate(secret);
      }}
    >
      <Stack gap="sm">
        <p>This change is for administrators who have just shown who they are.</p>
        {byCode ? (
          <TextInput
            key="code"
            label="Code of your second factor"
            inputMode="numeric"
            autoComplete="one-time-code"
            data-autofocus
            value={secret}
            onChange={(event) => setSecret(event.currentTarget.value)}
          />
        ) : (
          <PasswordInput
            label="Your password"
            autoComplete="current-password"
            data-autofocus
            value={secret}
            onChange={(event) => setSecret(event.currentTarget.value)}
          />
        )}
        {prove.error && !(prove.error instanceof CodeWanted) && <ActionFailure done="confirmed" error={prove.error} />}
        <Group gap="xs">
          <Button type="submit" loading={prove.isPending}>
            Confirm
          </Button>
          <Button variant="default" onClick={onBack}>
            Back
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

class CodeWanted extends Told {}

function told(error: unknown): never {
  if (error instanceof Problem && error.code === 'second_factor_demanded') throw new CodeWanted('Type the code of your second factor.');
  if (error instanceof Problem && error.status === 401) throw new Told('That is not right. Nothing was changed.');
  throw error;
}
