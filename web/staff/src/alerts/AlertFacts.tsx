import { IconAlertTriangleFilled } from '@tabler/icons-react';
import type { Alert } from '@vagus/client';
import { dateAndTime } from '../time/words';
import { AlertClock } from './AlertClock';
import classes from './AlertDialog.module.css';
import { stateText } from './alertWords';

/** Whom and what it is about, who has it, and until when. */
export function AlertFacts({ alert, isMine, isSettled }: { alert: Alert; isMine: boolean; isSettled: boolean }) {
  const reason = alert.details?.criticalReason;
  return (
    <div className={classes.facts}>
      <p className={classes.message}>
        <IconAlertTriangleFilled size={20} aria-hidden="true" />
        <strong>{alert.message.replace(/^CRITICAL: /, '')}</strong>
      </p>
      {reason && !alert.message.includes(reason) && <p>{reason}</p>}
      <dl>
        <div>
          <dt>Patient</dt>
          <dd>{alert.patientName ?? 'Not shown to you'}</dd>
        </div>
        <div>
          <dt>Owner</dt>
          <dd>{alert.owner ? `${alert.owner.name || 'A colleague'}${isMine ? ' (you)' : ''}` : 'Nobody'}</dd>
        </div>
        {alert.raisedAt && (
          <div>
            <dt>Raised</dt>
            <dd>{dateAndTime(alert.raisedAt)}</dd>
          </div>
        )}
        {!isSettled && (
          <div>
            <dt>State</dt>
            <dd>
              {stateText(alert)} {alert.dueAt && <AlertClock dueAt={alert.dueAt} />}
            </dd>
          </div>
        )}
      </dl>
    </div>
  );
}
