import type { Alert } from '@vagus/client';
import { isWaiting } from './openAlerts';

/** What the bar on every page shows, in the order in which it matters to this person. */
export interface BarAlerts {
  /** The one that stands in the bar. */
  readonly first: Alert | null;
  /** `mine`: to be acknowledged by this person; `act`: acknowledged by it, without an action so far; `team`: a colleague's. */
  readonly kind: 'mine' | 'act' | 'team' | 'none';
  readonly more: number;
  /** All that wait for this person's acknowledgement. */
  readonly mine: readonly Alert[];
}

/** `alerts` are open ones, the earliest deadline first. */
export function barAlerts(alerts: readonly Alert[], userId: string): BarAlerts {
  const own = ({ owner }: Alert) => owner?.userId === userId;
  const mine = alerts.filter((alert) => own(alert) && isWaiting(alert));
  const toAct = alerts.filter((alert) => own(alert) && !isWaiting(alert));
  const team = alerts.filter((alert) => !own(alert) && isWaiting(alert));
  const [first] = [...mine, ...toAct, ...team];
  const kind = mine.length > 0 ? 'mine' : toAct.length > 0 ? 'act' : first ? 'team' : 'none';
  return { first: first ?? null, kind, more: Math.max(0, mine.length + toAct.length + team.length - 1), mine };
}
