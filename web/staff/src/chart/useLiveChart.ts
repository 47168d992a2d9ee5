import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { ResourceWatch } from '@vagus/client';
import { useEffect, useState } from 'react';
import { followFreshness } from '../data/live/followFreshness';
import { liveParts } from '../data/live/liveParts';
import { openSettled } from '../data/live/openSettled';
import { connection, session } from '../data/session/session';
import { chartQuery, forgetPositions, hasReached, wantPosition, type PatientChart } from './chart';
import { applyToRecord } from './record';

/** The chart is not kept back longer than this when live updates are slow to start. */
const patienceMs = 1_000;
const pollMs = 15_000;
/** Changes of one write come together. */
const gatherMs = 120;

export interface LiveChart {
  /** The chart may be loaded: after the watch is live, so that no change falls between loading and listening. */
  readonly ready: boolean;
  /** Since when what is shown may be out of date, because its live updates do not come; null when it is current. */
  readonly staleSince: number | null;
}

/**
 * Every change of the record appears while the chart is open; while the live source is away the chart is loaded again and again. The
 * past (`isNow` false) does not change.
 */
export function useLiveChart(patientId: string, isNow: boolean): LiveChart {
  const queries = useQueryClient();
  const [ready, setReady] = useState(false);
  const [staleSince, setStaleSince] = useState<number | null>(null);
  const [behindSince, setBehindSince] = useState<number | null>(null);
  useEffect(() => {
    if (!isNow) return undefined;
    const watch = new ResourceWatch({ tokens: session.token, patientIds: [patientId] });
    const reload = () => void queries.invalidateQueries({ queryKey: ['patient', patientId] });
    const follow = new ChartReload(queries, patientId, setBehindSince);
    watch.onUpdate((update) => {
      applyToRecord(queries, patientId, update);
      follow.after(update.sequence);
    });
    watch.onGap(reload);
    // Viewings and what becomes of alerts are events, and no record changes by them.
    const unlisten = connection.onAny(({ payload }) => payload.patientId === patientId && follow.after(payload.sequence));

    let endings: (() => void)[] = [];
    const show = (loadedWhileLive: boolean) => {
      if (endings.length > 0) return;
      setReady(true);
      // From now on something is shown, and counts for how live the screen is.
      endings = [liveParts.add(watch, 'pane'), followFreshness(watch, { reload, pollMs, onChange: setStaleSince, loadedWhileLive })];
    };
    const patience = setTimeout(() => show(false), patienceMs);
    const unwatch = watch.watchState(() => watch.state.status === 'live' && show(true));
    const stopOpening = openSettled(watch);
    return () => {
      stopOpening();
      clearTimeout(patience);
      unwatch();
      unlisten();
      follow.end();
      for (const end of endings) end();
      watch.close();
    };
  }, [queries, patientId, isNow]);
  return { ready: ready || !isNow, staleSince: staleSince ?? behindSince };
}

/**
 * Loads the chart once for all changes of a moment, and its lists after it: then they hold what the chart holds. A chart that stays behind
 * its events is said to be out of date and loaded again until it has caught up.
 */
export class ChartReload {
  readonly #queries: QueryClient;
  readonly #patientId: string;
  readonly #onBehind: (since: number | null) => void;
  #behindSince: number | null = null;
  #hasEnded = false;
  #gathering: ReturnType<typeof setTimeout> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(queries: QueryClient, patientId: string, onBehind: (since: number | null) => void) {
    this.#queries = queries;
    this.#patientId = patientId;
    this.#onBehind = onBehind;
  }

  after(sequence: number): void {
    wantPosition(this.#patientId, sequence);
    clearTimeout(this.#again);
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      void this.#load();
    }, gatherMs);
  }

  end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#gathering);
    clearTimeout(this.#again);
    this.#say(null);
    forgetPositions(this.#patientId);
  }

  async #load(): Promise<void> {
    await this.#queries.invalidateQueries({ queryKey: chartQuery(this.#patientId, undefined).queryKey, exact: true });
    await this.#queries.invalidateQueries({ queryKey: ['patient', this.#patientId, 'list'] });
    await this.#queries.invalidateQueries({ queryKey: ['patient', this.#patientId, 'threads'] });
    this.#judge();
  }

  #judge(): void {
    const chart = this.#queries.getQueryData<PatientChart>(chartQuery(this.#patientId, undefined).queryKey);
    if (this.#hasEnded || chart === undefined) return;
    if (hasReached(chart)) return this.#say(null);
    this.#say(this.#behindSince ?? Date.now());
    clearTimeout(this.#again);
    this.#again = setTimeout(() => void this.#load(), pollMs);
  }

  #say(since: number | null): void {
    if (since === this.#behindSince) return;
    this.#behindSince = since;
    this.#onBehind(since);
  }
}
