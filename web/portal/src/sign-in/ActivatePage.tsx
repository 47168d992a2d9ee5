import { useMutation } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import type { Activation } from '@vagus/client';
import { useState, type FormEvent } from 'react';
import { usePortal } from '../data/portal';
import { ActionButton } from '../ui/ActionButton';
import { Field } from '../ui/Field';
import { Failure } from '../ui/Notice';
import { useWords } from '../words/useWords';
import { DoorPage } from './DoorPage';
import { takeToken } from './linkToken';
import { PasswordField } from './PasswordField';

/** The first visit of an invited patient: by the link of a mail, or with the code that the clinic has handed over. */
export function ActivatePage() {
  const { t } = useWords();
  const portal = usePortal();
  const router = useRouter();
  const [token] = useState(takeToken);
  const activate = useMutation({
    mutationFn: (activation: Activation) => portal.session.activate(activation),
    onSuccess: () => router.navigate({ to: '/', replace: true }),
  });

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    activate.mutate({
      token: token || String(fields.get('code') ?? '').trim(),
      birthDate: String(fields.get('birthDate') ?? ''),
      password: String(fields.get('password') ?? ''),
    });
  }

  return (
    <DoorPage title={t('activate.title')}>
      <p>{t('activate.text')}</p>
      <form onSubmit={submit} className="stack">
        {activate.isError && <Failure error={activate.error} title={t('activate.failed')} />}
        {token === '' && (
          <Field label={t('activate.code')} hint={t('activate.codeHint')}>
            {(props) => <input {...props} className="input" name="code" autoComplete="one-time-code" autoCapitalize="none" required />}
          </Field>
        )}
        <Field label={t('activate.birthDate')} hint={t('activate.birthDateHint')}>
          {(props) => <input {...props} className="input" name="birthDate" type="date" autoComplete="bday" required />}
        </Field>
        <PasswordField label={t('activate.password')} hint={t('reset.hint')} autoComplete="new-password" />
        <ActionButton type="submit" kind="main" isBusy={activate.isPending}>
          {t('activate.go')}
        </ActionButton>
      </form>
      <Link to="/sign-in">{t('activate.have')}</Link>
    </DoorPage>
  );
}
