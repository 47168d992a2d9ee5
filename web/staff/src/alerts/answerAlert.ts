import type { QueryClient } from '@tanstack/react-query';
import { Problem, type Alert, type AlertAction, type AlertReading } from '@vagus/client';
import { sendJson } from '../data/care/requests';
import { openAlertsQuery } from './openAlerts';

/** What a person does about an alert. */
export type AlertAnswer =
  | { readonly kind: 'acknowledge'; readonly readBack?: string; readonly note?: string }
  | { readonly kind: 'resolve'; readonly action: AlertAction; readonly note?: string }
  | { readonly kind: 'delegate'; readonly to: string; readonly note?: string }
  | { readonly kind: 'calls'; readonly called: string; readonly reached: boolean; readonly readBack?: string; readonly note?: string };

/**
 * Over HTTP: it works also where no socket gets through, and says exactly what became of it. Whoever hands an alert on answers no value;
 * everything else is of the one that was read.
 */
export function answerAlert(alertId: string, { kind, ...said }: AlertAnswer, { resource }: AlertReading): Promise<Alert> {
  const body = kind === 'delegate' || !resource ? said : { ...said, resource };
  return sendJson<Alert>('POST', `/api/alerts/${encodeURIComponent(alertId)}/${kind}`, withoutEmpty(body));
}

/** Somebody else was first. */
export function isLostRace(error: unknown): boolean {
  return error instanceof Problem && (error.code === 'already_acknowledged' || error.code === 'already_resolved');
}

/** The alert shows another value, or stands otherwise, than what was answered. */
export function isOutOfDate(error: unknown): boolean {
  return error instanceof Problem && error.code === 'alert_changed';
}

/** The answer of the server is what is shown; its timeline is loaded, because the answer has none. */
export function showAnswered(queries: QueryClient, answered: Alert): void {
  const { queryKey } = openAlertsQuery;
  const { timeline: _none, deliveries: _noneEither, ...news } = answered;
  queries.setQueryData(queryKey, (alerts) =>
    answered.state === 'resolved'
      ? alerts?.filter(({ id }) => id !== answered.id)
      : alerts?.map((alert) => (alert.id === answered.id ? { ...alert, ...news } : alert)),
  );
  void queries.invalidateQueries({ queryKey: ['alerts'] });
}

function withoutEmpty(said: object): object {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== ''));
}
