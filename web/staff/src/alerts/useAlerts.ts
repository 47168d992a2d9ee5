import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { Alert } from '@vagus/client';
import { meets, meQuery } from '../data/session/permissions';
import { connection } from '../data/session/session';
import { alertNeeds, applyToAlerts, isAboutAlerts, oneAtATime, openAlertsQuery } from './openAlerts';

const gatherMs = 150;
const none: readonly Alert[] = [];

export function useMayAnswerAlerts(): boolean {
  const { data } = useQuery(meQuery);
  return data !== undefined && meets(data.permissions, alertNeeds);
}

/** The open alerts as they are known now. What is told to this person by name is there also where nothing was loaded. */
export function useOpenAlerts() {
  const { data, error, dataUpdatedAt, isPending, refetch } = useQuery({ ...openAlertsQuery, enabled: useMayAnswerAlerts() });
  return { alerts: data ?? none, isLoaded: !isPending, error, loadedAt: dataUpdatedAt, reload: () => void refetch() };
}

/** What the open alerts are about, such as `Observation/1`, in any version. */
export function useAlertedResources(): ReadonlySet<string> {
  const { alerts } = useOpenAlerts();
  return useMemo(() => new Set(alerts.flatMap(({ resource }) => resource?.split('/_history/')[0] ?? [])), [alerts]);
}

/** Keeps the open alerts current; `useFreshQueries` loads them by time while the connection is not live. */
export function useFollowedAlerts(): void {
  const queries = useQueryClient();
  useEffect(() => {
    let gathering: ReturnType<typeof setTimeout> | undefined;
    const load = oneAtATime(() => queries.invalidateQueries({ queryKey: ['alerts'] }));
    const stop = connection.onAny((event) => {
      if (!isAboutAlerts(event)) return;
      applyToAlerts(queries, event);
      // Names, deadlines and the timeline are not in the events.
      gathering ??= setTimeout(() => {
        gathering = undefined;
        load();
      }, gatherMs);
    });
    return () => {
      stop();
      clearTimeout(gathering);
    };
  }, [queries]);
}
