import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { factorOwed, Problem, type Credentials, type FactorOwed } from '@vagus/client';
import { useRef, useState, type FormEvent } from 'react';
import { usePortal, useSession } from '../data/portal';
import { ActionButton } from '../ui/ActionButton';
import { failureKey } from '../ui/failures';
import { Field } from '../ui/Field';
import { Notice } from '../ui/Notice';
import { useWords } from '../words/useWords';
import type { WordKey } from '../words/write';
import { DoorPage } from './DoorPage';
import { PasswordField } from './PasswordField';
import { SecondFactorStep } from './SecondFactorStep';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const { t } = useWords();
  const portal = usePortal();
  const { return: path } = route.useSearch();
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const state = useSession();
  const hasExpired = state.status === 'signed_out' && state.because === 'expired';
  const [owed, setOwed] = useState<FactorOwed | null>(null);
  const goOn = () => void router.navigate({ to: path ?? '/', replace: true });
  const signIn = useMutation({
    mutationFn: (credentials: Credentials) => portal.session.signIn(credentials),
    onSuccess: goOn,
    onError: (error) => {
      setOwed(factorOwed(error));
      form.current?.querySelector<HTMLInputElement>('[name=password]')?.select();
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
      <DoorPage title={t('factor.title')}>
        <SecondFactorStep owed={owed} onSignedIn={goOn} onAgain={again} />
      </DoorPage>
    );
  }
  return (
    <DoorPage title={t('signIn.title')}>
      {hasExpired && !signIn.isError && (
        <Notice tone="late" role="status">
          {t('signIn.expired')}
        </Notice>
      )}
      {signIn.isError && (
        <Notice tone="grave" role="alert">
          {t(refusalKey(signIn.error))}
        </Notice>
      )}
      <form ref={form} onSubmit={submit} className="stack">
        <Field label={t('signIn.email')}>
          {(props) => (
            <input
              {...props}
              className="input"
              name="email"
              type="email"
              autoComplete="username"
              required
              defaultValue={portal.lastEmail}
            />
          )}
        </Field>
        <PasswordField label={t('signIn.password')} autoComplete="current-password" />
        <details>
          <summary>{t('signIn.severalClinics')}</summary>
          <Field label={t('signIn.organization')} hint={t('signIn.organizationHint')}>
            {(props) => <input {...props} className="input" name="organization" autoComplete="organization" />}
          </Field>
        </details>
        <ActionButton type="submit" kind="main" isBusy={signIn.isPending}>
          {t('signIn.go')}
        </ActionButton>
      </form>
      <Link to="/forgot-password">{t('signIn.forgot')}</Link>
    </DoorPage>
  );
}

function refusalKey(error: Error): WordKey {
  if (!(error instanceof Problem)) return failureKey(error);
  // This 429 is no guard against guessing: too many people sign in at once.
  if (error.code === 'sign_in_busy') return failureKey(error);
  return error.status === 401 ? 'signIn.wrong' : failureKey(error);
}
