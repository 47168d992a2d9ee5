import { UnstyledButton } from '@mantine/core';
import { IconAlertTriangleFilled, IconCircleCheck, IconPhone, IconUserCheck } from '@tabler/icons-react';
import type { Alert } from '@vagus/client';
import { AlertClock } from '../alerts/AlertClock';
import { isWaiting } from '../alerts/openAlerts';
import { actionWords, stateText } from '../alerts/alertWords';
import { dateAndTime } from '../time/words';
import classes from './Alerts.module.css';

interface AlertRowProps {
  alert: Alert;
  isMine: boolean;
  onOpen: () => void;
}

export function AlertRow({ alert, isMine, onOpen }: AlertRowProps) {
  const Icon = alert.state === 'resolved' ? IconCircleCheck : isWaiting(alert) ? IconAlertTriangleFilled : IconUserCheck;
  const owner = alert.owner ? `${alert.owner.name || 'A colleague'}${isMine ? ' (you)' : ''}` : 'Nobody has it';
  return (
    <li>
      <UnstyledButton className={classes.row} data-state={alert.state} onClick={onOpen}>
        <Icon size={18} aria-hidden="true" className={classes.icon ?? ''} />
        <span className={classes.what}>
          <strong>{alert.message.replace(/^CRITICAL: /, '')}</strong>
          <span>{alert.patientName ?? 'Patient not shown to you'}</span>
        </span>
        <span className={classes.state}>
          <span>{alert.state === 'resolved' ? settledText(alert) : stateText(alert)}</span>
          <span className={classes.owner}>{owner}</span>
        </span>
        <span className={classes.clock}>
          {alert.phoneTask && (
            <>
              <IconPhone size={14} aria-hidden="true" /> by telephone{' '}
            </>
          )}
          {alert.state === 'resolved' ? dateAndTime(alert.resolvedAt ?? undefined) : <AlertClock dueAt={alert.dueAt} />}
        </span>
      </UnstyledButton>
    </li>
  );
}

function settledText({ action }: Alert): string {
  return (action && actionWords[action as keyof typeof actionWords]) ?? 'Settled';
}
