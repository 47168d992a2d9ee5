import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { ActionButton } from '../ui/ActionButton';
import { Failure, Notice } from '../ui/Notice';
import { useWords } from '../words/useWords';
import { DoorPage } from './DoorPage';
import { takeToken } from './linkToken';
import { PasswordField } from './PasswordField';
import { postPublic } from './postPublic';

export function ResetPasswordPage() {
  const { t } = useWords();
  const [token] = useState(takeToken);
  const reset = useMutation({ mutationFn: (password: string) => postPublic('reset-password', { token, password }) });

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    reset.mutate(String(new FormData(event.currentTarget).get('password') ?? ''));
  }

  return (
    <DoorPage title={t('reset.title')}>
      {token === '' && <Notice tone="late">{t('failure.linkOld')}</Notice>}
      {reset.isSuccess && (
        <Notice tone="calm" role="status">
          {t('reset.done')}
        </Notice>
      )}
      {token !== '' && !reset.isSuccess && (
        <form onSubmit={submit} className="stack">
          {reset.isError && <Failure error={reset.error} />}
          <PasswordField label={t('reset.new')} hint={t('reset.hint')} autoComplete="new-password" />
          <ActionButton type="submit" kind="main" isBusy={reset.isPending}>
            {t('reset.go')}
          </ActionButton>
        </form>
      )}
      <Link to={reset.isSuccess ? '/sign-in' : '/forgot-password'}>{t(reset.isSuccess ? 'signIn.go' : 'reset.newLink')}</Link>
    </DoorPage>
  );
}
