import { useQueryClient, type QueryKey } from '@tanstack/react-query';
import type { AnyEvent } from '@vagus/client';
import { useEffect, useRef } from 'react';
import { connection } from '../session/session';

/** Events of one write come together, and a list is read once for all of them. */
const gatherMs = 300;

/** Loads again what stands under the key when an event is about it: once for many, and when the page is looked at again. */
export function useReloadOn(key: QueryKey, isAbout: (event: AnyEvent) => boolean): void {
  const queries = useQueryClient();
  const latest = useRef({ key, isAbout });
  useEffect(() => {
    latest.current = { key, isAbout };
  });
  useEffect(() => {
    let gathering: ReturnType<typeof setTimeout> | undefined;
    let isWaiting = false;
    const load = () => {
      gathering = undefined;
      // Each read is on record: nobody looks at a hidden page.
      if (document.hidden) isWaiting = true;
      else void queries.invalidateQueries({ queryKey: latest.current.key });
    };
    const unlisten = connection.onAny((event) => {
      if (latest.current.isAbout(event)) gathering ??= setTimeout(load, gatherMs);
    });
    const look = () => {
      if (document.hidden || !isWaiting) return;
      isWaiting = false;
      load();
    };
    document.addEventListener('visibilitychange', look);
    return () => {
      unlisten();
      clearTimeout(gathering);
      document.removeEventListener('visibilitychange', look);
    };
  }, [queries]);
}
