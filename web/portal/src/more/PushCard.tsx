import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { PushState } from '@vagus/client';
import { usePortal } from '../data/portal';
import { ActionButton } from '../ui/ActionButton';
import { Failure } from '../ui/Notice';
import { useWords } from '../words/useWords';
import type { WordKey } from '../words/write';

const queryKey = ['push'];

const words: Readonly<Record<PushState, WordKey>> = {
  unavailable: 'push.unavailable',
  refused: 'push.refused',
  off: 'push.off',
  on: 'push.on',
};

/** Notices on this device. They hold at once, for the browser asks the person itself. */
export function PushCard() {
  const { t } = useWords();
  const { push } = usePortal();
  const queries = useQueryClient();
  const { data: state } = useQuery({ queryKey, queryFn: push.state });
  const change = useMutation({
    mutationFn: () => (state === 'on' ? push.switchOff() : push.switchOn()),
    onSuccess: (now) => queries.setQueryData(queryKey, now),
  });
  if (state === undefined) return null;
  return (
    <section className="card stack" aria-label={t('push.title')}>
      <h2>{t('push.title')}</h2>
      <p role="status">{t(words[state])}</p>
      {change.isError && <Failure error={change.error} title={t('push.not')} />}
      {(state === 'on' || state === 'off') && (
        <ActionButton isBusy={change.isPending} onPress={() => change.mutate()}>
          {t(state === 'on' ? 'push.switchOff' : 'push.switchOn')}
        </ActionButton>
      )}
      <p className="muted small">{t('push.text')}</p>
    </section>
  );
}
