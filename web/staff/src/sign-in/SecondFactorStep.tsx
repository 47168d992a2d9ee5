import { Alert, Button, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconAlertCircle, IconFingerprint } from '@tabler/icons-react';
import { showPasskey, type FactorOwed, type ShownFactor } from '@vagus/client';
import { useState, type FormEvent } from 'react';
import { session } from '../data/session/session';
import { CodeForm } from '../ui/CodeForm';
import { failureText } from '../ui/failures';

interface SecondFactorStepProps {
  readonly owed: FactorOwed;
  readonly onSignedIn: () => void;
  readonly onAgain: () => void;
}

/** After a right password: a code of an authenticator app, a passkey, or a recovery code, as the person has them. */
export function SecondFactorStep({ owed: { challenge, methods, passkeyOptions }, onSignedIn, onAgain }: SecondFactorStepProps) {
  const show = useMutation({
    mutationFn: async (shown: () => Promise<ShownFactor>) => session.showFactor(challenge, await shown()),
    onSuccess: onSignedIn,
  });
  const send = (shown: ShownFactor) => show.mutate(() => Promise.resolve(shown));
  return (
    <Stack gap="md">
      {show.isError && (
        <Alert color="red" icon={<IconAlertCircle aria-hidden="true" />} role="alert">
          {failureText(show.error)}
        </Alert>
      )}
      <p>The password is right. Show that it is you.</p>
      {passkeyOptions && (
        <Button
          leftSection={<IconFingerprint size={18} aria-hidden="true" />}
          loading={show.isPending}
          onClick={() => show.mutate(async () => ({ passkey: await showPasskey(passkeyOptions) }))}
        >
          Use my passkey
        </Button>
      )}
      {methods.includes('totp') && <CodeForm go="Sign in" isBusy={show.isPending} onCode={(code) => send({ code })} />}
      {methods.includes('recovery_code') && (
        <details>
          <summary>I cannot use these</summary>
          <RecoveryCode isBusy={show.isPending} onCode={(recoveryCode) => send({ recoveryCode })} />
        </details>
      )}
      <Button variant="default" onClick={onAgain}>
        Start again
      </Button>
    </Stack>
  );
}

function RecoveryCode({ isBusy, onCode }: { readonly isBusy: boolean; readonly onCode: (code: string) => void }) {
  const [code, setCode] = useState('');

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!isBusy && code.trim() !== '') onCode(code.trim());
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="sm" mt="sm" align="flex-start">
        <TextInput
          label="Recovery code"
          description="One of the codes that you wrote down. Each is good once."
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          required
          withAsterisk={false}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={isBusy}>
          Sign in with this code
        </Button>
      </Stack>
    </form>
  );
}
