import type { SocketEvent } from '@vagus/events';
import type { Acknowledged } from '../connection/askSocket.js';
import { loadWithLine } from '../connection/whenFirstLive.js';
import type { LiveConnection } from '../live/liveConnection.js';
import { Problem } from '../session/problem.js';
import type { SessionState } from '../session/browserSession.js';
import type { Requester } from '../session/requestJson.js';
import { Followed } from '../stores/followed.js';
import {
  acknowledgeAlert,
  readAlerts,
  resolveAlert,
  showsOtherValue,
  type AcknowledgedBefore,
  type Alert,
  type AlertAcknowledgement,
  type AlertAction,
  type AlertReading,
} from './alertRequests.js';

/** A `BrowserSession` is one. Without a state it is not known who has taken an alert over. */
type OwnSession = Requester & { readonly state?: SessionState };

export interface OpenAlertsState {
  readonly status: 'loading' | 'ready' | 'failed';
  /** Those that wait for this person, the earliest deadline first. */
  readonly alerts: readonly Alert[];
  readonly error: unknown;
}

const open = ['raised', 'escalated', 'acknowledged'] as const;
/** The alert shows another value than the one that was answered. */
const changed = 'alert_changed';
const empty: OpenAlertsState = { status: 'loading', alerts: [], error: null };

/** The alerts that the signed-in person owns and that are not resolved: loaded, then kept current by the live connection. */
export class OpenAlerts {
  readonly #session: OwnSession;
  readonly #connection: LiveConnection;
  readonly #followed: Followed<OpenAlertsState>;
  readonly #byId = new Map<string, Alert>();
  /** What was told while the list was on its way. */
  #meanwhile: Set<string> | null = null;

  constructor({ session, connection }: { session: OwnSession; connection: LiveConnection }) {
    this.#session = session;
    this.#connection = connection;
    this.#followed = new Followed(empty, () => {
      return [
        connection.on('critical_alert', (alert) => this.#told({ ...alert, state: alert.level > 1 ? 'escalated' : 'raised' })),
        connection.on('alert:acknowledged', (event) => this.#acknowledged(event)),
        connection.on('alert:escalated', ({ alertId, ownerId }) => this.#keepIfOwned(alertId, ownerId)),
        connection.on('alert:resolved', ({ alertId }) => this.#remove(alertId)),
        connection.onGap(() => void this.reload()),
        loadWithLine(connection, () => void this.reload()),
        () => this.#byId.clear(),
      ];
    });
  }

  get state(): OpenAlertsState {
    return this.#followed.state;
  }

  watch(watcher: () => void): () => void {
    return this.#followed.watch(watcher);
  }

  /** `resource` is the alert's of now unless it is given. Refused with `alert_changed`, the alert is read again before that is answered. */
  async acknowledge(
    alertId: string,
    more: AlertReading & { readBack?: string; note?: string } = {},
  ): Promise<Acknowledged<AlertAcknowledgement, AcknowledgedBefore>> {
    const answer = await acknowledgeAlert(this.#connection, alertId, { ...more, ...this.#readingOf(alertId, more) });
    if (!answer.ok && answer.error.code === changed) await this.reload();
    if (answer.ok && !this.#byId.has(alertId)) await this.reload();
    else if (answer.ok) this.#change(alertId, { state: 'acknowledged', acknowledgedAt: answer.at, dueAt: answer.dueAt });
    return answer;
  }

  async resolve(alertId: string, action: AlertAction, note?: string, read: AlertReading = {}): Promise<void> {
    try {
      await resolveAlert(this.#session, alertId, action, note, this.#readingOf(alertId, read));
    } catch (error) {
      if (error instanceof Problem && error.code === changed) await this.reload();
      throw error;
    }
    this.#remove(alertId);
  }

  async reload(): Promise<void> {
    const { time } = this.#followed;
    const meanwhile = new Set<string>();
    this.#meanwhile = meanwhile;
    try {
      const pages = await Promise.all(open.map((state) => readAlerts(this.#session, { state, owner: 'me', limit: 200 })));
      if (time === this.#followed.time && meanwhile === this.#meanwhile) this.#replace(pages.flatMap(({ items }) => items), meanwhile);
    } catch (error) {
      if (time !== this.#followed.time) return;
      // Who answers no alerts has none.
      if (error instanceof Problem && error.status === 403) this.#replace([], meanwhile);
      else this.#followed.set({ status: this.state.status === 'ready' ? 'ready' : 'failed', error });
    }
  }

  #replace(alerts: readonly Alert[], meanwhile: ReadonlySet<string>): void {
    for (const id of this.#byId.keys()) if (!meanwhile.has(id)) this.#byId.delete(id);
    for (const alert of alerts) if (!meanwhile.has(alert.id)) this.#byId.set(alert.id, alert);
    this.#meanwhile = null;
    this.#tell({ status: 'ready', error: null });
  }

  #readingOf(alertId: string, { resource }: AlertReading): AlertReading {
    return { resource: resource ?? this.#byId.get(alertId)?.resource };
  }

  /** What is told live does not name its record: where it shows the same value, that is the one which is known. */
  #told(alert: Alert): void {
    const before = this.#byId.get(alert.id);
    const isSame = before?.resource && !showsOtherValue(alert, before);
    this.#put(isSame ? { ...alert, resource: before.resource } : alert);
  }

  #put(alert: Alert): void {
    this.#meanwhile?.add(alert.id);
    this.#byId.set(alert.id, alert);
    this.#tell({});
  }

  #change(alertId: string, change: Partial<Alert>): void {
    const alert = this.#byId.get(alertId);
    if (alert) this.#put({ ...alert, ...change });
  }

  #remove(alertId: string): void {
    this.#meanwhile?.add(alertId);
    if (this.#byId.delete(alertId)) this.#tell({});
  }

  #keepIfOwned(alertId: string, ownerId: string | null): void {
    if (this.#byId.get(alertId)?.owner?.userId !== ownerId) this.#remove(alertId);
  }

  /** Who acknowledges an alert owns it from then on. */
  #acknowledged({ alertId, acknowledgedBy, acknowledgedAt, dueAt }: SocketEvent<'alert:acknowledged'>): void {
    // A colleague's, which this person has taken over, here or on another device: nothing but its id is known.
    if (!this.#byId.has(alertId) && this.#isMe(acknowledgedBy)) return void this.reload();
    this.#keepIfOwned(alertId, acknowledgedBy);
    this.#change(alertId, { state: 'acknowledged', acknowledgedBy, acknowledgedAt, dueAt });
  }

  #isMe(userId: string): boolean {
    const { state } = this.#session;
    return state?.status === 'signed_in' && state.user.id === userId;
  }

  #tell(change: Partial<OpenAlertsState>): void {
    const alerts = [...this.#byId.values()].sort((one, other) => deadlineOf(one) - deadlineOf(other));
    this.#followed.set({ alerts, ...change });
  }
}

/** What has no deadline comes last. */
function deadlineOf({ dueAt }: Alert): number {
  return dueAt === null ? Number.MAX_VALUE : Date.parse(dueAt);
}
