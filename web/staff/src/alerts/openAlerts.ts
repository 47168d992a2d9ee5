import { queryOptions, type QueryClient } from '@tanstack/react-query';
import type { Alert, AlertStatus, AnyEvent } from '@vagus/client';
import { getJson } from '../data/care/requests';
import type { Need } from '../data/session/permissions';

/** Alerts are answered by those who treat patients: they read what patients suffer from. */
export const alertNeeds: readonly Need[] = [{ verb: 'read', kind: 'Condition' }];

export interface AlertPage {
  readonly items: readonly Alert[];
  readonly nextCursor: string | null;
}

const openStates = ['raised', 'escalated', 'acknowledged'] as const satisfies readonly AlertStatus[];
const perPage = 200;
/** 1,000 alerts of one state: more are not open at once, and older settled ones are not looked for. */
const mostPages = 5;

/** Every alert that is not resolved and that this person may see, also those of colleagues. */
export const openAlertsQuery = queryOptions({
  queryKey: ['alerts', 'open'] as const,
  queryFn: async (): Promise<readonly Alert[]> => {
    const meanwhile: AnyEvent[] = [];
    underWay.add(meanwhile);
    try {
      const loaded = (await Promise.all(openStates.map(readAll))).flat().sort(byDeadline);
      return meanwhile.reduce<readonly Alert[]>((alerts, event) => afterEvent(alerts, event) ?? alerts, loaded);
    } finally {
      underWay.delete(meanwhile);
    }
  },
});

/**
 * What was told while each load is on its way: the answer may be older than that. The load goes on: cancelled by each event, it would end
 * with the storm and not before.
 */
const underWay = new Set<AnyEvent[]>();

/** An alert that is not open any more, among the latest that were settled; null where it is not there. */
export function settledAlertQuery(alertId: string) {
  return queryOptions({
    queryKey: ['alerts', 'settled', 'one', alertId] as const,
    queryFn: async () => (await readAll('resolved')).find(({ id }) => id === alertId) ?? null,
  });
}

export function readAlertPage(filter: Readonly<Record<string, string>>): Promise<AlertPage> {
  return getJson<AlertPage>(`/api/alerts?${new URLSearchParams(filter)}`);
}

async function readAll(state: AlertStatus): Promise<Alert[]> {
  const all: Alert[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < mostPages; page += 1) {
    const { items, nextCursor }: AlertPage = await readAlertPage({ state, limit: String(perPage), ...(cursor ? { cursor } : {}) });
    all.push(...items);
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  return all;
}

/** The earliest deadline first; what has none comes last. */
export function byDeadline(one: Alert, other: Alert): number {
  return deadlineOf(one) - deadlineOf(other);
}

function deadlineOf({ dueAt }: Alert): number {
  return dueAt === null ? Number.MAX_VALUE : Date.parse(dueAt);
}

/** It waits until somebody acknowledges it. */
export function isWaiting({ state }: Alert): boolean {
  return state === 'raised' || state === 'escalated';
}

/**
 * The open alerts after an event; null where the event says too little and they have to be loaded. What is told to the owner has
 * everything in it, so that it is on the screen without another request.
 */
export function afterEvent(alerts: readonly Alert[], { name, payload }: AnyEvent): readonly Alert[] | null {
  const told = payload as Readonly<Record<string, unknown>>;
  switch (name) {
    case 'critical_alert':
      return [...alerts.filter(({ id }) => id !== told['id']), toldAlert(told)].sort(byDeadline);
    case 'alert:resolved':
      return alerts.filter(({ id }) => id !== told['alertId']);
    case 'alert:acknowledged':
      return alerts.map((alert) => (alert.id === told['alertId'] ? acknowledgedAlert(alert, told) : alert)).sort(byDeadline);
    default:
      return null;
  }
}

function toldAlert(told: Readonly<Record<string, unknown>>): Alert {
  const alert = told as unknown as Alert;
  return { ...alert, state: alert.level > 1 ? 'escalated' : 'raised' };
}

/** Who acknowledges an alert owns it from then on; the name comes with the next answer of the server. */
function acknowledgedAlert(alert: Alert, told: Readonly<Record<string, unknown>>): Alert {
  const by = String(told['acknowledgedBy']);
  const owner = alert.owner?.userId === by ? alert.owner : { userId: by, name: '', role: '' };
  const dueAt = typeof told['dueAt'] === 'string' ? told['dueAt'] : null;
  return { ...alert, state: 'acknowledged', owner, dueAt, acknowledgedBy: by, acknowledgedAt: String(told['acknowledgedAt']) };
}

export function isAboutAlerts({ name }: AnyEvent): boolean {
  return name === 'critical_alert' || name.startsWith('alert:');
}

/** Puts an event into what is loaded, and into what is on its way. */
export function applyToAlerts(queries: QueryClient, event: AnyEvent): void {
  const { queryKey } = openAlertsQuery;
  for (const meanwhile of underWay) meanwhile.push(event);
  const after = afterEvent(queries.getQueryData(queryKey) ?? [], event);
  if (after !== null && (event.name === 'critical_alert' || queries.getQueryData(queryKey))) queries.setQueryData(queryKey, after);
}

/** Loads for every call, one at a time: calls while one is under way are one more load after it. */
export function oneAtATime(load: () => Promise<unknown>): () => void {
  let isLoading = false;
  let isAskedAgain = false;
  return function ask(): void {
    if (isLoading) {
      isAskedAgain = true;
      return;
    }
    isLoading = true;
    void load().finally(() => {
      isLoading = false;
      if (!isAskedAgain) return;
      isAskedAgain = false;
      ask();
    });
  };
}
