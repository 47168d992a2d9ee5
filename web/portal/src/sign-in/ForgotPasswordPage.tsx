import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { usePortal } from '../data/portal';
import { ActionButton } from '../ui/ActionButton';
import { Field } from '../ui/Field';
import { Failure, Notice } from '../ui/Notice';
import { useWords } from '../words/useWords';
import { DoorPage } from './DoorPage';
import { postPublic } from './postPublic';

export function ForgotPasswordPage() {
  const { t } = useWords();
  const portal = usePortal();
  const request = useMutation({ mutationFn: (email: string) => postPublic('forgot-password', { email }) });

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    request.mutate(String(new FormData(event.currentTarget).get('email') ?? '').trim());
  }

  return (
    <DoorPage title={t('forgot.title')}>
      {request.isSuccess ? (
        <Notice tone="calm" role="status">
          {t('forgot.sent')}
        </Notice>
      ) : (
        <form onSubmit={submit} className="stack">
          <p>{t('forgot.text')}</p>
          {request.isError && <Failure error={request.error} />}
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
          <ActionButton type="submit" kind="main" isBusy={request.isPending}>
            {t('forgot.go')}
          </ActionButton>
        </form>
      )}
      <Link to="/sign-in">{t('signIn.back')}</Link>
    </DoorPage>
  );
}
