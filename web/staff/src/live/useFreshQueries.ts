import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { announce } from '../app/announcements';
import { connection } from '../session/session';

const pollMs = 30_000;
const patienceMs = 5_000;

/** Loads again what is on screen whenever the live stream cannot vouch for it. */
export function useFreshQueries(): void {
  const queries = useQueryClient();
  useEffect(() => {
    const reload = () => void queries.invalidateQueries();
    let wasLive = false;
    let impatience: ReturnType<typeof setTimeout> | undefined;
    let polling: ReturnType<typeof setInterval> | undefined;

    // Events between the first load and the first subscription are not replayed, so load once more.
    function becameLive(): void {
      clearTimeout(impatience);
      clearInterval(polling);
      impatience = undefined;
      if (!wasLive || polling !== undefined) reload();
      polling = undefined;
      wasLive = true;
    }

    function lost(): void {
      impatience ??= setTimeout(() => {
        announce('Live updates are interrupted');
        polling = setInterval(reload, pollMs);
      }, patienceMs);
    }

    const follow = () => (connection.state.status === 'live' ? becameLive() : lost());
    follow();
    const unwatch = connection.watchState(follow);
    const ungap = connection.onGap(reload);
    return () => {
      unwatch();
      ungap();
      clearTimeout(impatience);
      clearInterval(polling);
    };
  }, [queries]);
}
