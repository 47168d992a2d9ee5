import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { connection } from '../data/session/session';
import { lookForNewVersion, versionState } from './newVersion';
import { loadAllPages } from './pages';

/** Follows upgrades of the server: looks after each interruption, and loads the new version with the next page that is opened. */
export function useNewVersion(): void {
  const router = useRouter();
  useEffect(() => {
    let wasLive = false;
    const look = () => {
      if (connection.state.status !== 'live') return;
      // The files of every page, while the version they belong to is there; later they may be gone.
      if (wasLive) void lookForNewVersion();
      else loadAllPages();
      wasLive = true;
    };
    look();
    const unwatch = connection.watchState(look);
    const unsubscribe = router.subscribe('onBeforeNavigate', ({ pathChanged, toLocation }) => {
      if (pathChanged && versionState.value === 'newer' && connection.state.status === 'live') location.assign(toLocation.href);
    });
    return () => {
      unwatch();
      unsubscribe();
    };
  }, [router]);
}
