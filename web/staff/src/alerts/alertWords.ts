import type { Alert, AlertAction, AlertDelivery, AlertStep } from '@vagus/client';
import { Problem } from '@vagus/client';
import { timeText } from '../time/words';
import { Told } from '../ui/failures';

export const actionWords: Readonly<Record<AlertAction, string>> = {
  treated: 'Treated',
  ordered: 'Ordered something',
  informed: 'Informed the patient or a colleague',
  no_action_needed: 'No action is needed',
  other: 'Something else',
};

const channels: Readonly<Record<string, string>> = { email: 'mail', push: 'push message', sms: 'text message', voice: 'call' };

/** How long is left, in words that a glance takes in. */
export function clockText(dueAt: string | null, now: number): string {
  if (dueAt === null) return '';
  const minutes = Math.floor((Date.parse(dueAt) - now) / 60_000);
  if (minutes >= 1) return `${lengthText(minutes)} left`;
  if (minutes === 0) return 'less than a minute left';
  return minutes === -1 ? 'overdue' : `${lengthText(-minutes - 1)} overdue`;
}

function lengthText(minutes: number): string {
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}

/** What an alert says, with the patient: never one without the other. */
export function alertLine({ message, patientName }: Alert): string {
  return `${message.replace(/^CRITICAL: /, '')} · ${patientName ?? 'patient not shown'}`;
}

export function stateText(alert: Alert): string {
  switch (alert.state) {
    case 'raised':
      return 'Waits for an acknowledgement';
    case 'escalated':
      return `Handed on, level ${alert.level}: waits for an acknowledgement`;
    case 'acknowledged':
      return 'Acknowledged, no action recorded yet';
    case 'resolved':
      return 'Settled';
  }
}

type NameOf = (userId: string | null | undefined) => string;

export function stepText(step: AlertStep, nameOf: NameOf): string {
  const to = step.to ? nameOf(step.to) : 'nobody';
  const by = nameOf(step.by);
  switch (step.what) {
    case 'raised':
      return `Raised, for ${to}`;
    case 'corrected':
      return `The value was corrected: raised again, for ${to}`;
    case 'repeated':
      return 'The same was told again';
    case 'notified':
      return `Told on the screen: ${to}`;
    case 'phone_task':
      return `To be called on the telephone by ${to}`;
    case 'escalated':
      return `${reasonText(step.reason)}: handed on to ${to}`;
    case 'delegated':
      return `${by} handed it to ${to}`;
    case 'acknowledged':
      return `${by} acknowledged it${step.readBack ? `, read back “${step.readBack}”` : ''}`;
    case 'called':
      return `${by} called ${step.called ?? 'somebody'}: ${step.reached ? 'reached' : 'not reached'}`;
    case 'resolved':
      return `${by} recorded: ${actionWords[step.action as AlertAction] ?? step.action ?? 'an action'}`;
    default:
      return step.what.replaceAll('_', ' ');
  }
}

function reasonText(reason: string | null | undefined): string {
  return reason === 'no_action' ? 'No action was recorded in time' : 'Not acknowledged in time';
}

export function deliveryText({ what, channel, to, inFlight }: AlertDelivery, nameOf: NameOf): string {
  const way = channels[channel] ?? channel;
  if (what === 'not_sent') return `No ${way} reached ${nameOf(to)}`;
  return `A ${way} went to ${nameOf(to)}${inFlight ? ' (it was under way when the alert was answered)' : ''}`;
}

/** Somebody was first. `current` is the alert as it is now; it is gone where it was settled. */
export function lostRaceText(current: Alert | undefined, nameOf: NameOf): string {
  if (!current) return 'A colleague has settled this alert. Nothing of yours was recorded.';
  const who = current.owner?.name || nameOf(current.acknowledgedBy);
  const at = current.acknowledgedAt ? ` at ${timeText(current.acknowledgedAt)}` : '';
  return `${who} acknowledged it${at} and has it now. Nothing of yours was recorded.`;
}

/** A refusal of an answer to an alert, in words that say what to do; other failures stay as they are. */
export function alertFailure(error: Error): Error {
  if (!(error instanceof Problem)) return error;
  const text = refusals[error.code];
  return text ? new Told(text) : error;
}

const refusals: Readonly<Record<string, string>> = {
  read_back_differs: 'What you typed does not name the value. Read the value again and type it.',
  not_acknowledged: 'Your clinic wants the value read back: acknowledge the alert first.',
  already_resolved: 'A colleague has settled this alert. Nothing of yours was recorded.',
  alert_changed: 'The alert changed meanwhile. Nothing of yours was recorded: look at it again.',
  cannot_delegate: 'This colleague does not answer alerts, or may not see the record. Choose somebody else.',
  delegate_away: 'This colleague is away, and so is everybody who stands in. Choose somebody else.',
  restricted_record: 'The record is restricted and not open to you: hand the alert to a colleague.',
};
