import { IconAlertTriangle, IconBroadcast, IconClockExclamation, IconCloudOff, IconRefresh } from '@tabler/icons-react';
import type { ConnectionStatus } from '@vagus/client';
import { useScreenState } from '../data/live/useConnection';
import classes from './ConnectionIndicator.module.css';

const looks: Record<ConnectionStatus, { text: string; tone: string; Icon: typeof IconBroadcast }> = {
  idle: { text: 'Connecting…', tone: 'waiting', Icon: IconRefresh },
  connecting: { text: 'Connecting…', tone: 'waiting', Icon: IconRefresh },
  live: { text: 'Live', tone: 'live', Icon: IconBroadcast },
  delayed: { text: 'Updates delayed', tone: 'waiting', Icon: IconClockExclamation },
  reconnecting: { text: 'Reconnecting…', tone: 'waiting', Icon: IconRefresh },
  offline: { text: 'Offline', tone: 'off', Icon: IconCloudOff },
  refused: { text: 'Updates stopped', tone: 'off', Icon: IconAlertTriangle },
};

/** "Live" stands here only when everything on the screen is. */
export function ConnectionIndicator() {
  const { status } = useScreenState();
  const { text, tone, Icon } = looks[status];
  return (
    <div role="status" aria-label="Connection" className={classes.indicator} data-tone={tone}>
      <Icon size={16} aria-hidden="true" />
      <span>{text}</span>
    </div>
  );
}
