import type { Alert } from '@vagus/client';
import { useState, type ReactElement } from 'react';
import { useCriticalAlerts } from '../hooks/useAlerts.js';
import { useVagus } from '../provider/VagusProvider.js';
import { AlertForm } from './AlertForm.js';
import { AlertsNotLive } from './AlertsNotLive.js';
import { useMinutes } from './useMinutes.js';

export interface CriticalAlertBarProps {
  /** Shows the patient's chart. */
  readonly onOpenChart?: (alert: Alert) => void;
}

/**
 * What is critical and waits for this person, on every page: one at a time, each of them by *Next* and *Previous*, the earliest deadline
 * first. There is nothing where nothing waits and the connection stands.
 */
export function CriticalAlertBar(props: CriticalAlertBarProps): ReactElement {
  return <Bar key={useVagus().turn} {...props} />;
}

function Bar({ onOpenChart }: CriticalAlertBarProps): ReactElement {
  const { alerts, list, error } = useCriticalAlerts();
  /** The one that was chosen: another that comes does not push it away. */
  const [chosenId, setChosenId] = useState<string | null>(null);
  /** Those whose form is open, as they were then. */
  const [opened, setOpened] = useState<readonly Alert[]>([]);
  const shown = alerts.find(({ id }) => id === chosenId) ?? alerts[0];
  const gone = opened.filter(({ id }) => !alerts.some((alert) => alert.id === id));

  function open(alert: Alert): void {
    setChosenId(alert.id);
    setOpened((before) => [...before.filter(({ id }) => id !== alert.id), alert]);
  }

  function close(alertId: string): void {
    setOpened((before) => before.filter(({ id }) => id !== alertId));
  }

  return (
    <>
      <AlertsNotLive failed={error !== null} onReload={() => void list.reload()} />
      <div className="vagus-alert-frame" role="alert">
        {gone.map(({ id, title }) => (
          <p key={id} className="vagus-alert-bar">
            <span className="vagus-alert-text">
              {`${title}: it was settled or went to somebody else meanwhile. What you typed was not sent.`}
            </span>
            <button type="button" className="vagus-button" onClick={() => close(id)}>
              Understood
            </button>
          </p>
        ))}
        {shown && (
          <section className="vagus-alert-bar" aria-label="Critical alert">
            <AlertText alert={shown} />
            {alerts.length > 1 && <Places alerts={alerts} shown={shown} onChoose={setChosenId} />}
            {!opened.some(({ id }) => id === shown.id) && (
              <button type="button" className="vagus-button" onClick={() => open(shown)}>
                {shown.state === 'acknowledged' ? 'Record action…' : 'Acknowledge…'}
              </button>
            )}
            {onOpenChart && shown.patientId !== null && (
              <button type="button" className="vagus-button" onClick={() => onOpenChart(shown)}>
                Open chart
              </button>
            )}
            {/* What was typed for one alert is still there after a look at another. */}
            {alerts.filter(({ id }) => opened.some((each) => each.id === id)).map((alert) => (
              <div key={alert.id} className="vagus-alert-form" hidden={alert.id !== shown.id}>
                <AlertForm alert={alert} list={list} onClose={() => close(alert.id)} />
              </div>
            ))}
          </section>
        )}
      </div>
    </>
  );
}

interface PlacesProps {
  readonly alerts: readonly Alert[];
  readonly shown: Alert;
  readonly onChoose: (id: string) => void;
}

function Places({ alerts, shown, onChoose }: PlacesProps): ReactElement {
  const at = alerts.indexOf(shown);
  const next = alerts[(at + 1) % alerts.length]!;
  const previous = alerts[(at + alerts.length - 1) % alerts.length]!;
  return (
    <span className="vagus-alert-places" role="group" aria-label="All critical alerts">
      <button type="button" className="vagus-button" onClick={() => onChoose(previous.id)}>
        Previous
      </button>
      <span>{`${at + 1} of ${alerts.length}`}</span>
      <button type="button" className="vagus-button" onClick={() => onChoose(next.id)}>
        Next
      </button>
    </span>
  );
}

function AlertText({ alert }: { readonly alert: Alert }): ReactElement {
  return (
    <span className="vagus-alert-text">
      <strong>{alert.title}</strong>
      <span>{alert.message}</span>
      {alert.patientName !== null && <span>{alert.patientName}</span>}
      {alert.owner && <span>{`for ${alert.owner.name}`}</span>}
      {alert.dueAt !== null && <TimeLeft dueAt={alert.dueAt} />}
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
