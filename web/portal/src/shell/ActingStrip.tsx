import { IconUsers } from '@tabler/icons-react';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useId } from 'react';
import { useActing } from '../data/people';
import { usePortal } from '../data/portal';
import { useAnnounce } from '../ui/Announcer';
import { useWords } from '../words/useWords';
import classes from './ActingStrip.module.css';

/** For whom the person acts, on every page and in another colour for somebody else. Without dependants there is nothing to say. */
export function ActingStrip() {
  const { t } = useWords();
  const portal = usePortal();
  const acting = useActing();
  const announce = useAnnounce();
  const navigate = useNavigate();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const id = useId();
  if (acting.dependants.length === 0 && !acting.isForOther) return null;

  function choose(patientId: string): void {
    const person = acting.dependants.find((each) => each.id === patientId);
    portal.actingFor.set(person ? person.id : null);
    announce(person ? t('acting.now', { name: person.name }) : t('acting.nowSelf'));
    // What is open belongs to the person of before.
    if (path.startsWith('/messages/')) void navigate({ to: '/messages' });
    if (path.startsWith('/results/')) void navigate({ to: '/results' });
  }

  return (
    <section aria-label={t('acting.region')} className={classes.strip} data-other={acting.isForOther || undefined}>
      <IconUsers size={22} aria-hidden="true" />
      <label htmlFor={id}>{t('acting.for')}</label>
      <select
        id={id}
        className={`input ${classes.select}`}
        value={acting.isForOther ? (acting.patientId ?? '') : ''}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        <option value="">{t('acting.me', { name: acting.own?.name ?? '' })}</option>
        {acting.dependants.map(({ id: patient, name }) => (
          <option key={patient} value={patient}>
            {name}
          </option>
        ))}
      </select>
      {acting.isForOther && (
        <button type="button" className="button" onClick={() => choose('')}>
          {t('acting.back')}
        </button>
      )}
    </section>
  );
}
