import type { Alert } from '@vagus/client';
import { useState, type ReactElement } from 'react';
import { useCriticalAlerts } from '../hooks/useAlerts.js';
import { AcknowledgeForm } from './AcknowledgeForm.js';
import { ResolveForm } from './ResolveForm.js';
import { useMinutes } from './useMinutes.js';

export interface CriticalAlertBarProps {
  /** Shows the patient's chart. */
  readonly onOpenChart?: (alert: Alert) => void;
}

/** What is critical and waits for this person, the earliest deadline first, on every page. There is nothing where nothing waits. */
export function CriticalAlertBar({ onOpenChart }: CriticalAlertBarProps): ReactElement {
  const { alerts, list, status } = useCriticalAlerts();
  const [openId, setOpenId] = useState<string | null>(null);
  const [first] = alerts;
  return (
    <div className="vagus-alert-frame" role="alert">
      {status === 'failed' && <p className="vagus-alert-bar">Critical alerts could not be loaded. New ones still come.</p>}
      {first && (
        <section className="vagus-alert-bar" aria-label="Critical alert">
          <AlertText alert={first} more={alerts.length - 1} />
          {openId !== first.id && (
            <button type="button" className="vagus-button" onClick={() => setOpenId(first.id)}>
              {first.state === 'acknowledged' ? 'Record action…' : 'Acknowledge…'}
            </button>
          )}
          {onOpenChart && first.patientId !== null && (
            <button type="button" className="vagus-button" onClick={() => onOpenChart(first)}>
              Open chart
            </button>
          )}
          {openId === first.id && first.state === 'acknowledged' && (
            <ResolveForm key={`${first.id} resolve`} alert={first} list={list} onClose={() => setOpenId(null)} />
          )}
          {openId === first.id && first.state !== 'acknowledged' && (
            <AcknowledgeForm key={first.id} alert={first} list={list} onClose={() => setOpenId(null)} />
          )}
        </section>
      )}
    </div>
  );
}

function AlertText({ alert, more }: { readonly alert: Alert; readonly more: number }): ReactElement {
  return (
    <span className="vagus-alert-text">
      <strong>{alert.title}</strong>
      <span>{alert.message}</span>
      {alert.patientName !== null && <span>{alert.patientName}</span>}
      {alert.owner && <span>{`for ${alert.owner.name}`}</span>}
      {alert.dueAt !== null && <TimeLeft dueAt={alert.dueAt} />}
      {more > 0 && <span>{`+${more} more`}</span>}
    </span>
  );
}

/** The minutes go by without being spoken each time. */
function TimeLeft({ dueAt }: { readonly dueAt: string }): ReactElement {
  const left = useMinutes(dueAt);
  return (
    <time dateTime={dueAt} aria-live="off">
      {left >= 0 ? `${left} min left` : `${-left} min overdue`}
    </time>
  );
}
