import { Link } from '@tanstack/react-router';
import { IconApps, IconChevronRight, IconDevices, IconKey, IconSettings, IconShieldLock, IconUsers } from '@tabler/icons-react';
import { useOutbox } from '@vagus/react';
import { usePortal, useSession } from '../data/portal';
import { ActionButton } from '../ui/ActionButton';
import { Notice } from '../ui/Notice';
import { PageHeading } from '../ui/PageHeading';
import { useWords } from '../words/useWords';
import classes from './MorePage.module.css';

const places = [
  { to: '/more/people', key: 'people.title', Icon: IconUsers },
  { to: '/more/preferences', key: 'preferences.title', Icon: IconSettings },
  { to: '/more/apps', key: 'apps.title', Icon: IconApps },
  { to: '/more/devices', key: 'devices.title', Icon: IconDevices },
  { to: '/more/password', key: 'password.title', Icon: IconKey },
  { to: '/more/second-step', key: 'steps.title', Icon: IconShieldLock },
] as const;

export function MorePage() {
  const { t } = useWords();
  const portal = usePortal();
  const session = useSession();
  const { entries } = useOutbox();
  const user = session.status === 'signed_in' ? session.user : null;
  // Signed out here at once; when the server cannot be told, its session runs out by itself.
  const signOut = async () => {
    await portal.push.switchOff().catch(() => undefined);
    await portal.session.signOut().catch(() => undefined);
  };
  return (
    <>
      <PageHeading title={t('nav.more')} />
      <ul className="list">
        {places.map(({ to, key, Icon }) => (
          <li key={to}>
            <Link to={to} className={`card ${classes.place}`}>
              <Icon size={24} aria-hidden="true" />
              <span>{t(key)}</span>
              <IconChevronRight size={20} aria-hidden="true" />
            </Link>
          </li>
        ))}
      </ul>
      <section className="card stack" aria-label={t('more.help')}>
        <h2>{t('more.help')}</h2>
        <p>{t('gate.always')}</p>
        <p>{t('more.helpText')}</p>
      </section>
      {user && <p className="muted">{t('more.signedInAs', { name: user.displayName, email: user.email })}</p>}
      {entries.length > 0 && (
        <Notice tone="late">
          {t('waiting.count', { count: entries.length })} {t('waiting.signOut')}
        </Notice>
      )}
      <ActionButton onPress={() => void signOut()}>{t('more.signOut')}</ActionButton>
    </>
  );
}
