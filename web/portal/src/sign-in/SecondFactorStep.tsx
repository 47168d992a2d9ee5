import { useMutation } from '@tanstack/react-query';
import { showPasskey, type FactorOwed, type ShownFactor } from '@vagus/client';
import { useState, type FormEvent } from 'react';
import { usePortal } from '../data/portal';
import { ActionButton } from '../ui/ActionButton';
import { CodeField } from '../ui/CodeField';
import { failureKey } from '../ui/failures';
import { Field } from '../ui/Field';
import { Notice } from '../ui/Notice';
import { useWords } from '../words/useWords';

interface SecondFactorStepProps {
  readonly owed: FactorOwed;
  readonly onSignedIn: () => void;
  readonly onAgain: () => void;
}

/** After a right password: a code of an authenticator app, a passkey, or a recovery code, as the person has them. */
export function SecondFactorStep({ owed, onSignedIn, onAgain }: SecondFactorStepProps) {
  const { t } = useWords();
  const portal = usePortal();
  const { challenge, methods, passkeyOptions } = owed;
  const show = useMutation({
    mutationFn: async (shown: () => Promise<ShownFactor>) => portal.session.showFactor(challenge, await shown()),
    onSuccess: onSignedIn,
  });
  const send = (shown: ShownFactor) => show.mutate(() => Promise.resolve(shown));
  return (
    <>
      {show.isError && (
        <Notice tone="grave" role="alert">
          {t(failureKey(show.error))}
        </Notice>
      )}
      <p>{t('factor.text')}</p>
      {passkeyOptions && (
        <ActionButton isBusy={show.isPending} onPress={() => show.mutate(async () => ({ passkey: await showPasskey(passkeyOptions) }))}>
          {t('factor.passkey')}
        </ActionButton>
      )}
      {methods.includes('totp') && (
        <CodeField go={t('signIn.go')} isBusy={show.isPending} onCode={(code) => send({ code })} />
      )}
      {methods.includes('recovery_code') && (
        <details>
          <summary>{t('factor.lost')}</summary>
          <RecoveryCode isBusy={show.isPending} onCode={(recoveryCode) => send({ recoveryCode })} />
        </details>
      )}
      <ActionButton kind="quiet" onPress={onAgain}>
        {t('factor.again')}
      </ActionButton>
    </>
  );
}

function RecoveryCode({ isBusy, onCode }: { readonly isBusy: boolean; readonly onCode: (code: string) => void }) {
  const { t } = useWords();
  const [code, setCode] = useState('');

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!isBusy) onCode(code.trim());
  }

  return (
    <form onSubmit={submit} className="stack">
      <Field label={t('factor.recovery')} hint={t('factor.recoveryHint')}>
        {(props) => (
          <input
            {...props}
            className="input"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            required
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        )}
      </Field>
      <ActionButton type="submit" isBusy={isBusy}>
        {t('factor.useRecovery')}
      </ActionButton>
    </form>
  );
}
