import { Button, Stack } from '@mantine/core';
import { confirmApp, type AppOffer } from '../data/care/factors';
import { ActionFailure } from '../ui/ActionFailure';
import { AppSeed } from '../ui/AppSeed';
import { CodeForm } from '../ui/CodeForm';
import { withFreshSignIn } from '../ui/freshSignIn';
import { useAction } from '../ui/useAction';

interface AddAppProps {
  readonly offer: AppOffer;
  readonly onAdded: (recoveryCodes: readonly string[]) => void;
  readonly onEnd: () => void;
}

/** An authenticator app counts once it has shown a code: a seed alone is no second step. */
export function AddApp({ offer, onAdded, onEnd }: AddAppProps) {
  const confirm = useAction<string, readonly string[]>({
    run: (code) => withFreshSignIn(() => confirmApp(offer.id, code)),
    done: () => 'added',
    about: () => 'the authenticator app',
    onSuccess: () => {},
    thenHere: onAdded,
  });
  return (
    <Stack gap="sm" align="flex-start">
      <AppSeed secret={offer.secret} uri={offer.uri} />
      {confirm.error && <ActionFailure done="added" error={confirm.error} />}
      <CodeForm go="Confirm" isBusy={confirm.isPending} onCode={(code) => confirm.mutate(code)} />
      <Button variant="default" onClick={onEnd}>
        Not now
      </Button>
    </Stack>
  );
}
