import { useMutation, useQueryClient } from '@tanstack/react-query';
import { usePortal } from '../data/portal';
import { useClinicDates } from '../data/useClinicDates';
import { ActionButton } from '../ui/ActionButton';
import { Failure } from '../ui/Notice';
import { useWords } from '../words/useWords';
import { takeBack, type HeldMessage } from './threads';

interface HeldProps {
  readonly items: readonly HeldMessage[];
  readonly onTakenBack: (message: HeldMessage) => void;
}

/** Messages that wait some seconds before they are sent, where the clinic gives time to take one back. */
export function Held({ items, onTakenBack }: HeldProps) {
  const { t } = useWords();
  const { dates } = useClinicDates();
  const portal = usePortal();
  const queries = useQueryClient();
  const back = useMutation({
    mutationFn: (id: string) => takeBack(portal, id),
    onSuccess: (message) => {
      void queries.invalidateQueries({ queryKey: ['scheduled'] });
      onTakenBack(message);
    },
  });
  if (items.length === 0) return null;
  return (
    <div className="list">
      {back.isError && <Failure error={back.error} />}
      <ul className="list" aria-label={t('held.title')}>
        {items.map(({ id, content, status, sendAt }) => (
          <li key={id} className="card stack">
            <p className="written">{content}</p>
            <div className="row">
              <span className="muted small">{t(status === 'stopped' ? 'held.stopped' : 'held.waits', { time: dates.when(sendAt) })}</span>
              <ActionButton isBusy={back.isPending} onPress={() => back.mutate(id)}>
                {t('held.takeBack')}
              </ActionButton>
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}
