import { useMutation } from '@tanstack/react-query';
import { usePortal } from '../data/portal';
import { ActionButton } from '../ui/ActionButton';
import { CodeField } from '../ui/CodeField';
import { Failure } from '../ui/Notice';
import { useWords } from '../words/useWords';
import { confirmApp, type AppOffer } from './factors';

interface AddAppProps {
  readonly offer: AppOffer;
  readonly onAdded: (recoveryCodes: readonly string[]) => void;
  readonly onEnd: () => void;
}

/** An authenticator app counts once it has shown a code: a seed alone is no second step. */
export function AddApp({ offer, onAdded, onEnd }: AddAppProps) {
  const { t } = useWords();
  const portal = usePortal();
  const confirm = useMutation({ mutationFn: (code: string) => confirmApp(portal, offer.id, code), onSuccess: onAdded });
  return (
    <div className="stack">
      <p>{t('steps.scan')}</p>
      <a href={offer.uri} className="button">
        {t('steps.openApp')}
      </a>
      <p>{t('steps.type')}</p>
      <p className="written card">
        <code>{offer.secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</code>
      </p>
      {confirm.isError && <Failure error={confirm.error} />}
      <CodeField go={t('steps.confirm')} isBusy={confirm.isPending} onCode={(code) => confirm.mutate(code)} />
      <ActionButton kind="quiet" onPress={onEnd}>
        {t('steps.notNow')}
      </ActionButton>
    </div>
  );
}
