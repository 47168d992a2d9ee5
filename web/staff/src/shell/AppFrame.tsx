import { Outlet, useLocation } from '@tanstack/react-router';
import { Suspense } from 'react';
import { useHeldConnection } from '../data/live/useConnection';
import { useFeedRecording } from '../feed/feedStore';
import { Brand } from '../ui/Brand';
import { ConnectionIndicator } from './ConnectionIndicator';
import { useFreshQueries } from './useFreshQueries';
import classes from './AppFrame.module.css';
import { Banners } from './Banners';
import { MainNavigation } from './MainNavigation';
import { useClosedPlace } from './places';
import { UserMenu } from './pages';
import { RefusedPage } from './StrayPages';
import { useNewVersion } from './useNewVersion';
import { useTitleCount } from './useTitleCount';

/** What surrounds every page of a signed-in person. */
export function AppFrame() {
  useHeldConnection();
  useFreshQueries();
  useFeedRecording();
  useNewVersion();
  useTitleCount();
  const closed = useClosedPlace(useLocation({ select: ({ pathname }) => pathname }));
  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#main">
        Skip to content
      </a>
      <header className={classes.header}>
        <Brand besideState />
        <div className={classes.status}>
          <ConnectionIndicator />
          <Suspense>
            <UserMenu />
          </Suspense>
        </div>
      </header>
      <MainNavigation />
      <main id="main" tabIndex={-1} className={classes.main}>
        <Banners />
        {closed ? <RefusedPage title={closed.text} /> : <Outlet />}
      </main>
    </div>
  );
}
