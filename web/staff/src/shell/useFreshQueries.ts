import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { followFreshness } from '../data/live/followFreshness';
import { liveParts } from '../data/live/liveParts';
import { connection } from '../data/session/session';
import { announce } from '../ui/announcements';

const pollMs = 30_000;

/** Loads again what is on screen whenever the live stream cannot vouch for it. */
export function useFreshQueries(): void {
  const queries = useQueryClient();
  useEffect(() => {
    const reload = () => void queries.invalidateQueries();
    const part = liveParts.add(connection, 'page');
    const unfollow = followFreshness(connection, {
      reload,
      pollMs,
      onChange: (staleSince) => staleSince !== null && announce('Live updates are interrupted'),
      // Events between the first load and the first subscription are not replayed.
      loadedWhileLive: false,
    });
    // What could not be loaded during a short interruption.
    const unwatch = connection.watchState(() => {
      if (connection.state.status !== 'live') return;
      void queries.invalidateQueries({ predicate: (query) => query.state.status === 'error' });
    });
    const ungap = connection.onGap(reload);
    return () => {
      part();
      unfollow();
      unwatch();
      ungap();
    };
  }, [queries]);
}
