import { useQueryClient } from '@tanstack/react-query';
import { ResourceWatch } from '@vagus/client';
import { useEffect, useState } from 'react';
import { followFreshness } from '../data/live/followFreshness';
import { liveParts } from '../data/live/liveParts';
import { session } from '../data/session/session';
import { applyToRecord } from './record';

/** StrictMode and quick navigation mount twice in a row; opening waits that long. */
const settleMs = 20;
/** The record is not kept back longer than this when live updates are slow to start. */
const patienceMs = 1_000;
const pollMs = 15_000;

export interface LiveRecord {
  /** The record may be loaded: after the watch is live, so that no change falls between loading and listening. */
  readonly ready: boolean;
  /** Since when what is shown may be out of date, because its live updates do not come; null when it is current. */
  readonly staleSince: number | null;
}

/** Every change of the record appears while the page is open; while the live source is away the record is loaded again and again. */
export function useLiveRecord(patientId: string): LiveRecord {
  const queries = useQueryClient();
  const [ready, setReady] = useState(false);
  const [staleSince, setStaleSince] = useState<number | null>(null);
  useEffect(() => {
    const watch = new ResourceWatch({ tokens: session.token, patientIds: [patientId] });
    const reload = () => void queries.invalidateQueries({ queryKey: ['patient', patientId] });
    watch.onUpdate((update) => applyToRecord(queries, patientId, update));
    watch.onGap(reload);

    let endings: (() => void)[] = [];
    const show = (loadedWhileLive: boolean) => {
      if (endings.length > 0) return;
      setReady(true);
      // From now on something is shown, and counts for how live the screen is.
      endings = [liveParts.add(watch, 'pane'), followFreshness(watch, { reload, pollMs, onChange: setStaleSince, loadedWhileLive })];
    };
    const patience = setTimeout(() => show(false), patienceMs);
    const unwatch = watch.watchState(() => watch.state.status === 'live' && show(true));
    const opening = setTimeout(() => watch.open(), settleMs);
    return () => {
      clearTimeout(opening);
      clearTimeout(patience);
      unwatch();
      for (const end of endings) end();
      watch.close();
    };
  }, [queries, patientId]);
  return { ready, staleSince };
}
