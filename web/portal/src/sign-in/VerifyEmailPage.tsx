import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ActionButton } from '../ui/ActionButton';
import { Failure, Notice } from '../ui/Notice';
import { useWords } from '../words/useWords';
import { DoorPage } from './DoorPage';
import { takeToken } from './linkToken';
import { postPublic } from './postPublic';

/** A button, not the opening of the page: mail programs open links to look at them. */
export function VerifyEmailPage() {
  const { t } = useWords();
  const [token] = useState(takeToken);
  const verify = useMutation({ mutationFn: () => postPublic('verify-email', { token }) });
  return (
    <DoorPage title={t('verify.title')}>
      {token === '' && <Notice tone="late">{t('failure.linkOld')}</Notice>}
      {verify.isError && <Failure error={verify.error} />}
      {verify.isSuccess && (
        <Notice tone="calm" role="status">
          {t('verify.done')}
        </Notice>
      )}
      {token !== '' && !verify.isSuccess && (
        <ActionButton kind="main" isBusy={verify.isPending} onPress={() => verify.mutate()}>
          {t('verify.go')}
        </ActionButton>
      )}
      <Link to="/sign-in">{t('signIn.back')}</Link>
    </DoorPage>
  );
}
