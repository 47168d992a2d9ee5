import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { IconAlertCircle, IconClock } from '@tabler/icons-react';
import { factorOwed, Problem, type Credentials, type FactorOwed } from '@vagus/client';
import { useRef, useState, type FormEvent } from 'react';
import { session } from '../data/session/session';
import { isTabOf } from '../data/session/tabPerson';
import { useSession } from '../data/session/useSession';
import { failureText } from '../ui/failures';
import { Door } from './Door';
import { EnrolStep } from './EnrolStep';
import { SecondFactorStep } from './SecondFactorStep';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const { return: path } = route.useSearch();
  const router = useRouter();
  const password = useRef<HTMLInputElement>(null);
  const state = useSession();
  const expired = state.status === 'signed_out' && state.because === 'expired';
  const [owed, setOwed] = useState<FactorOwed | null>(null);
  const goOn = () => {
    const { state: now } = session;
    const mayReturn = now.status === 'signed_in' && isTabOf(now.user.id);
    void router.navigate({ href: mayReturn ? (path ?? '/') : '/', replace: true });
  };
  const signIn = useMutation({
    mutationFn: (credentials: Credentials) => session.signIn(credentials),
    onSuccess: goOn,
    onError: (error) => {
      setOwed(factorOwed(error));
      password.current?.select();
    },
  });
  const again = () => {
    setOwed(null);
    signIn.reset();
  };

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const tenant = String(fields.get('organization') ?? '').trim();
    signIn.mutate({
      email: String(fields.get('email') ?? '').trim(),
      password: String(fields.get('password') ?? ''),
      ...(tenant ? { tenant } : {}),
    });
  }

  if (owed) {
    return (
      <Door title="One more step">
        {owed.methods.length > 0 ? (
          <SecondFactorStep owed={owed} onSignedIn={goOn} onAgain={again} />
        ) : (
          <EnrolStep challenge={owed.challenge} onSignedIn={goOn} onAgain={again} />
        )}
      </Door>
    );
  }
  return (
    <Door title="Sign in">
      {expired && !signIn.isError && (
        <Alert color="yellow" icon={<IconClock aria-hidden="true" />} role="status">
          Your session has ended. Sign in to continue where you were.
        </Alert>
      )}
      {signIn.isError && (
        <Alert color="red" icon={<IconAlertCircle aria-hidden="true" />} role="alert">
          {refusalText(signIn.error)}
        </Alert>
      )}
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput label="Email" name="email" type="email" autoComplete="username" required withAsterisk={false} />
          <PasswordInput
            ref={password}
            label="Password"
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            visibilityToggleButtonProps={{ 'aria-label': 'Show password', tabIndex: 0 }}
          />
          <TextInput
            label="Organization"
            name="organization"
            description="Only if you work for more than one"
            autoComplete="organization"
          />
          <Button type="submit" fullWidth loading={signIn.isPending}>
            Sign in
          </Button>
        </Stack>
      </form>
      <Link to="/forgot-password">Forgot your password?</Link>
    </Door>
  );
}

function refusalText(error: Error): string {
  if (!(error instanceof Problem)) return failureText(error);
  // This 429 is no guard against guessing: too many people sign in at once.
  if (error.code === 'sign_in_busy') return failureText(error);
  if (error.status === 429) return 'Too many attempts. Wait a few minutes and try again.';
  return error.status === 401 ? 'The email or the password is not right.' : failureText(error);
}
