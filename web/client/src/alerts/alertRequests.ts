import type { CriticalAlertDetails, CriticalAlertOwner, NotificationAction } from '@vagus/events';
import type { Acknowledged } from '../connection/askSocket.js';
import type { LiveConnection } from '../live/liveConnection.js';
import { queryOf, requestJson, type Requester } from '../session/requestJson.js';

export type AlertStatus = 'raised' | 'acknowledged' | 'escalated' | 'resolved';
export type AlertAction = 'treated' | 'ordered' | 'informed' | 'no_action_needed' | 'other';

/** One step of an alert's way. */
export interface AlertStep {
  readonly at: string;
  readonly what: string;
  readonly by?: string | null;
  readonly level?: number | null;
  readonly to?: string | null;
  readonly reason?: string | null;
  readonly readBack?: string | null;
  readonly note?: string | null;
  readonly action?: string | null;
  /** Whom somebody called on the telephone, and whether that person answered. */
  readonly called?: string | null;
  readonly reached?: boolean | null;
}

/** What went to an owner who may not have looked at a screen. */
export interface AlertDelivery {
  readonly at: string;
  readonly what: 'sent' | 'not_sent';
  readonly channel: string;
  readonly to: string;
  /** It was under way when the alert was answered. */
  readonly inFlight: boolean;
}

export interface Alert {
  readonly id: string;
  readonly type: string;
  readonly priority: string;
  readonly title: string;
  readonly message: string;
  readonly patientId: string | null;
  readonly patientName: string | null;
  readonly details: CriticalAlertDetails | null;
  readonly requiresAcknowledgment: boolean;
  readonly owner: CriticalAlertOwner | null;
  readonly level: number;
  readonly dueAt: string | null;
  readonly state: AlertStatus;
  readonly raisedAt?: string;
  readonly acknowledgedBy?: string | null;
  readonly acknowledgedAt?: string | null;
  readonly resolvedBy?: string | null;
  readonly resolvedAt?: string | null;
  readonly action?: string | null;
  /** Somebody is to be called on the telephone. */
  readonly phoneTask?: boolean;
  /** The version of the record that it shows, such as `Observation/1/_history/2`. What was told live has none before it is read. */
  readonly resource?: string | null;
  readonly timeline?: readonly AlertStep[];
  readonly deliveries?: readonly AlertDelivery[];
}

/**
 * Whether an alert shows another value than it did: what was read back or done is not of this one. An answer that names the `resource` of
 * before is refused with `alert_changed`.
 */
export function showsOtherValue(now: Alert, before: Alert): boolean {
  const isLater = now.raisedAt !== undefined && before.raisedAt !== undefined && Date.parse(now.raisedAt) !== Date.parse(before.raisedAt);
  const isOtherRecord = Boolean(now.resource && before.resource) && now.resource !== before.resource;
  return now.message !== before.message || isLater || isOtherRecord;
}

export interface Notification {
  readonly id: string;
  readonly type: string;
  readonly priority: string;
  readonly title: string;
  readonly message: string;
  readonly patientId: string | null;
  readonly reportId: string | null;
  readonly action: NotificationAction | null;
  readonly createdAt: string;
  readonly seenAt: string | null;
  readonly readAt: string | null;
  /** It waits until it is done, also when it was read. */
  readonly tracked?: boolean;
  readonly doneAt?: string | null;
  /** Of its event. */
  readonly sequence?: number | null;
}

export interface NotificationPage {
  readonly items: readonly Notification[];
  readonly unreadCount: number;
  readonly unseenCount: number;
  readonly nextCursor: string | null;
}

/** The alert is this person's and waits for an action until `dueAt`. */
export interface AlertAcknowledgement {
  readonly alertId: string;
  readonly state: AlertStatus;
  readonly by: string;
  readonly at: string;
  readonly dueAt: string | null;
}

/** Of the alert as it was read: an answer to it is an answer to that value. */
export interface AlertReading {
  readonly resource?: string | null | undefined;
}

/** Who was first, where the code is `already_acknowledged`. */
export interface AcknowledgedBefore {
  readonly by: string;
  readonly at: string;
}

/**
 * Acknowledges over the live connection. `readBack` names the value, where the tenant demands it: otherwise `read_back_differs`.
 * `resource` is that of the alert as it was read: `alert_changed` where it shows another one by now. `no_answer` leaves open whether it
 * was acknowledged: `alert:acknowledged` tells.
 */
export function acknowledgeAlert(
  connection: LiveConnection,
  alertId: string,
  { resource, ...said }: AlertReading & { readBack?: string; note?: string } = {},
): Promise<Acknowledged<AlertAcknowledgement, AcknowledgedBefore>> {
  return connection.request('acknowledge', { alertId, ...said, ...(resource ? { resource } : {}) });
}

export async function readAlerts(
  session: Requester,
  filter: { state?: AlertStatus; owner?: string; patientId?: string; limit?: number; cursor?: string } = {},
): Promise<{ items: readonly Alert[]; nextCursor: string | null }> {
  return requestJson(session, ['GET', `/api/alerts${queryOf(filter)}`]);
}

/** Refused with `cannot_delegate` or `delegate_away`. */
export function delegateAlert(session: Requester, alertId: string, to: string, note?: string): Promise<Alert> {
  return requestJson(session, ['POST', `${addressOf(alertId)}/delegate`], { to, ...(note === undefined ? {} : { note }) });
}

/** Refused with `already_resolved`, `alert_changed`, or `not_acknowledged` where a read-back is demanded. */
export function resolveAlert(
  session: Requester, alertId: string, action: AlertAction, note?: string, { resource }: AlertReading = {},
): Promise<Alert> {
  const body = { action, ...(note === undefined ? {} : { note }), ...(resource ? { resource } : {}) };
  return requestJson(session, ['POST', `${addressOf(alertId)}/resolve`], body);
}

export function readNotifications(session: Requester, filter: { unread?: boolean; cursor?: string } = {}): Promise<NotificationPage> {
  return requestJson(session, ['GET', `/api/notifications${queryOf(filter)}`]);
}

/** It was opened. */
export async function markNotificationRead(session: Requester, id: string): Promise<void> {
  await requestJson(session, ['POST', `/api/notifications/${encodeURIComponent(id)}/read`], {});
}

/** Those up to `through`, the highest sequence that is on the screen. */
export async function markAllNotificationsRead(session: Requester, through?: number): Promise<void> {
  await requestJson(session, ['POST', '/api/notifications/read-all'], through === undefined ? {} : { through });
}

/** They were on the screen, up to `through`. */
export async function markNotificationsSeen(session: Requester, through?: number): Promise<void> {
  await requestJson(session, ['POST', '/api/notifications/seen'], through === undefined ? {} : { through });
}

function addressOf(alertId: string): string {
  return `/api/alerts/${encodeURIComponent(alertId)}`;
}
