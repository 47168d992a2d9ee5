import { useQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { keepProgram } from '@vagus/client';
import { useUnreadCount, useVagus, VagusProvider } from '@vagus/react';
import { IconCalendar, IconDots, IconMail, IconReportMedical } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { meQuery } from '../data/people';
import { usePortal, useSession } from '../data/portal';
import { useLiveQueries } from '../data/useFreshness';
import { useWords } from '../words/useWords';
import { ActingStrip } from './ActingStrip';
import { ConnectionState, LostBanner } from './ConnectionState';
import { OutboxNotice } from './OutboxNotice';
import { useServerLanguage } from './useServerLanguage';
import { useUnreadBadge } from './useUnreadBadge';
import classes from './SignedInFrame.module.css';

/** What surrounds every page of a signed-in person. */
export function SignedInFrame() {
  const { session } = usePortal();
  const { t } = useWords();
  const person = useLastPerson();
  return (
    <VagusProvider key={person} session={session} surface="portal" toastsLabel={t('frame.updates')}>
      <Frame />
    </VagusProvider>
  );
}

/** Another person is another page: nothing that is open stays. After a sign-out the page stays the last person's until it is left. */
function useLastPerson(): string | null {
  const state = useSession();
  const [last, setLast] = useState<string | null>(null);
  const now = state.status === 'signed_in' ? state.user.id : last;
  if (now !== last) setLast(now);
  return now;
}

function Frame() {
  const { t } = useWords();
  const portal = usePortal();
  const { connection, messaging } = useVagus();
  const { data: me } = useQuery(meQuery(portal));
  useLiveQueries();
  useServerLanguage();
  useUnreadBadge();
  useEffect(() => {
    if (import.meta.env.PROD) keepProgram('/portal/sw.js', '/portal/');
    void portal.push.endOthers().catch(() => undefined);
  }, [portal]);
  useEffect(() => {
    const [one, other] = [connection.hold(), messaging.hold()];
    return () => {
      one();
      other();
    };
  }, [connection, messaging]);
  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#main">
        {t('frame.skip')}
      </a>
      <header className={classes.header}>
        <span className={classes.clinic}>{me?.tenantName ?? t('frame.portal')}</span>
        <ConnectionState />
      </header>
      <ActingStrip />
      <Navigation />
      <main id="main" tabIndex={-1} className={classes.main}>
        <LostBanner />
        <OutboxNotice />
        <Outlet />
      </main>
    </div>
  );
}

const places = [
  { to: '/messages', key: 'nav.messages', Icon: IconMail },
  { to: '/results', key: 'nav.results', Icon: IconReportMedical },
  { to: '/appointments', key: 'nav.appointments', Icon: IconCalendar },
  { to: '/more', key: 'nav.more', Icon: IconDots },
] as const;

function Navigation() {
  const { t } = useWords();
  const { count } = useUnreadCount();
  return (
    <nav aria-label={t('nav.main')} className={classes.navigation}>
      <ul>
        {places.map(({ to, key, Icon }) => (
          <li key={to}>
            <Link to={to} className={classes.place} activeOptions={{ includeSearch: false }}>
              <Icon size={24} aria-hidden="true" />
              <span>{t(key)}</span>
              {to === '/messages' && count !== null && count > 0 && (
                <span className={classes.count}>
                  <span aria-hidden="true">{count}</span>
                  <span className="hidden">{t('nav.unread', { count })}</span>
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
