import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { usePortal } from '../data/portal';
import { ActionButton } from '../ui/ActionButton';
import { CodeField } from '../ui/CodeField';
import { Field } from '../ui/Field';
import { Failure } from '../ui/Notice';
import { useWords } from '../words/useWords';
import { stepUp, stepUpByPasskey, type Factors } from './factors';

interface FreshSignInProps {
  readonly factors: Factors;
  readonly onFresh: () => void;
}

/** The sign-in is some minutes old: who is there shows it once more, by the second step or, without one, by the password. */
export function FreshSignIn({ factors: { items }, onFresh }: FreshSignInProps) {
  const { t } = useWords();
  const portal = usePortal();
  const [password, setPassword] = useState('');
  const show = useMutation({ mutationFn: (work: () => Promise<unknown>) => work(), onSuccess: onFresh });

  function submit(event: FormEvent): void {
    event.preventDefault();
    show.mutate(() => stepUp(portal, { password }));
  }

  return (
    <section className="card stack" aria-label={t('steps.again')}>
      <p>{t('steps.fresh')}</p>
      {show.isError && <Failure error={show.error} />}
      {items.some(({ kind }) => kind === 'passkey') && (
        <ActionButton isBusy={show.isPending} onPress={() => show.mutate(() => stepUpByPasskey(portal))}>
          {t('factor.passkey')}
        </ActionButton>
      )}
      {items.some(({ kind }) => kind === 'totp') && (
        <CodeField go={t('steps.confirm')} isBusy={show.isPending} onCode={(code) => show.mutate(() => stepUp(portal, { code }))} />
      )}
      {items.length === 0 && (
        <form onSubmit={submit} className="stack">
          <Field label={t('signIn.password')}>
            {(props) => (
              <input
                {...props}
                className="input"
                type="password"
                autoComplete="current-password"
                required
                value={password}
                onChange={(event) => setPassword(event.currentTarget.value)}
              />
            )}
          </Field>
          <ActionButton type="submit" kind="main" isBusy={show.isPending}>
            {t('steps.confirm')}
          </ActionButton>
        </form>
      )}
    </section>
  );
}
