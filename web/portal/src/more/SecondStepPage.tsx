import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Problem } from '@vagus/client';
import { useState } from 'react';
import { usePortal } from '../data/portal';
import { ActionButton } from '../ui/ActionButton';
import { Failure, Notice } from '../ui/Notice';
import { PageHeading } from '../ui/PageHeading';
import { QueryView } from '../ui/QueryView';
import { useWords } from '../words/useWords';
import { AddApp } from './AddApp';
import { BackToMore } from './BackToMore';
import { addPasskey, cancelReset, factorsQuery, offerApp, removeFactor, type AppOffer, type Factor, type Factors } from './factors';
import { FreshSignIn } from './FreshSignIn';
import { RecoveryCodes } from './RecoveryCodes';

/** The second step of the own sign-in: what there is, and what can be added. */
export function SecondStepPage() {
  const { t } = useWords();
  const portal = usePortal();
  const query = useQuery(factorsQuery(portal));
  return (
    <>
      <BackToMore />
      <PageHeading title={t('steps.title')} />
      <p>{t('steps.text')}</p>
      <QueryView query={query}>{(factors) => <Steps factors={factors} />}</QueryView>
    </>
  );
}

function Steps({ factors }: { readonly factors: Factors }) {
  const { t, dates } = useWords();
  const portal = usePortal();
  const queries = useQueryClient();
  const [offer, setOffer] = useState<AppOffer | null>(null);
  const [codes, setCodes] = useState<readonly string[]>([]);
  const change = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['factors'] }),
  });
  const added = (recoveryCodes: readonly string[]) => {
    setOffer(null);
    setCodes(recoveryCodes);
    return queries.invalidateQueries({ queryKey: ['factors'] });
  };
  const isStale = change.error instanceof Problem && change.error.code === 'fresh_sign_in_required';
  if (codes.length > 0) return <RecoveryCodes codes={codes} onWritten={() => setCodes([])} />;
  if (offer) return <AddApp offer={offer} onAdded={added} onEnd={() => setOffer(null)} />;
  return (
    <div className="stack">
      {factors.resetAt && (
        <Notice
          tone="grave"
          action={<ActionButton onPress={() => change.mutate(() => cancelReset(portal))}>{t('steps.cancelReset')}</ActionButton>}
        >
          {t('steps.reset', { time: dates.when(factors.resetAt) })}
        </Notice>
      )}
      {factors.items.length === 0 ? (
        <p className="card">{t('steps.none')}</p>
      ) : (
        <>
          <ul className="list" aria-label={t('steps.title')}>
            {factors.items.map((factor) => (
              <FactorRow key={factor.id} factor={factor} onRemove={() => change.mutate(() => removeFactor(portal, factor.id))} />
            ))}
          </ul>
          <p className="muted small">{t('steps.codesLeft', { count: factors.recoveryCodesLeft })}</p>
        </>
      )}
      {isStale && <FreshSignIn factors={factors} onFresh={() => change.reset()} />}
      {change.isError && !isStale && <Failure error={change.error} />}
      <div className="row">
        <ActionButton
          isBusy={change.isPending}
          onPress={() => change.mutate(async () => setOffer(await offerApp(portal, t('steps.app'))))}
        >
          {t('steps.addApp')}
        </ActionButton>
        <ActionButton
          isBusy={change.isPending}
          onPress={() => change.mutate(async () => added(await addPasskey(portal, t('steps.passkey'))))}
        >
          {t('steps.addPasskey')}
        </ActionButton>
      </div>
    </div>
  );
}

function FactorRow({ factor, onRemove }: { readonly factor: Factor; readonly onRemove: () => void }) {
  const { t, dates } = useWords();
  const [isAsked, setAsked] = useState(false);
  const name = factor.name || t(factor.kind === 'totp' ? 'steps.app' : 'steps.passkey');
  return (
    <li className="card stack">
      <div className="tight">
        <strong>{name}</strong>
        <span className="muted small">{t('steps.since', { day: dates.day(factor.createdAt) })}</span>
      </div>
      {isAsked ? (
        <div className="row">
          <span>{t('steps.question', { name })}</span>
          <ActionButton kind="grave" onPress={onRemove}>
            {t('steps.remove')}
          </ActionButton>
          <ActionButton onPress={() => setAsked(false)}>{t('common.keep')}</ActionButton>
        </div>
      ) : (
        <ActionButton onPress={() => setAsked(true)}>{t('steps.remove')}</ActionButton>
      )}
    </li>
  );
}
