import { getRouteApi, Outlet, useLocation } from '@tanstack/react-router';
import { AlertBar } from '../alerts/AlertBar';
import { useHeldConnection } from '../data/live/useConnection';
import { useSignedInUser } from '../data/session/useSession';
import { useFeedRecording } from '../feed/feedStore';
import { Brand } from '../ui/Brand';
import { ConnectionIndicator } from './ConnectionIndicator';
import { useFreshQueries } from './useFreshQueries';
import classes from './AppFrame.module.css';
import { Banners } from './Banners';
import { HeaderMenus } from './HeaderMenus';
import { MainNavigation } from './MainNavigation';
import { PaletteButton } from './PaletteButton';
import { useClosedPlace } from './places';
import { RefusedPage } from './StrayPages';
import { useNewVersion } from './useNewVersion';
import { useProgram } from './useProgram';
import { useTitleCount } from './useTitleCount';
import { useTopHeight } from './useTopHeight';

const route = getRouteApi('/signed-in');

/** What surrounds every page of a signed-in person. Another person gets another one: nothing of the one before stays on the screen. */
export function AppFrame() {
  const user = useSignedInUser();
  const openedBy = route.useRouteContext({ select: ({ me }) => me.user.id });
  // Until the next person is led home there is nothing here: the page is of the one before. Signing out leaves the page by itself; a frame
  // made anew for that moment would open the connection again.
  if (user && user.id !== openedBy) return null;
  return <Frame key={openedBy} />;
}

function Frame() {
  useHeldConnection();
  useFreshQueries();
  useFeedRecording();
  useNewVersion();
  useTitleCount();
  useProgram();
  const { frame, top } = useTopHeight();
  const closed = useClosedPlace(useLocation({ select: ({ pathname }) => pathname }));
  return (
    <div className={classes.frame} ref={frame}>
      <a className={classes.skip} href="#main">
        Skip to content
      </a>
      <div className={classes.top} ref={top}>
        <header className={classes.header}>
          <Brand besideState />
          <PaletteButton />
          <div className={classes.status}>
            <ConnectionIndicator />
            <HeaderMenus />
          </div>
        </header>
        <AlertBar />
      </div>
      <MainNavigation />
      <main id="main" tabIndex={-1} className={classes.main}>
        <Banners />
        {closed ? <RefusedPage title={closed.text} /> : <Outlet />}
      </main>
    </div>
  );
}
