import type { ConnectionStatus } from '@vagus/client';
import type { ReactElement } from 'react';
import { useConnection } from '../hooks/useConnection.js';

const words: Readonly<Record<ConnectionStatus, string>> = {
  idle: 'Not connected',
  connecting: 'Connecting…',
  live: 'Live',
  delayed: 'Updates delayed',
  reconnecting: 'Reconnecting…',
  offline: 'Offline',
  refused: 'Signed out',
};

/** How live the page is, in a word and a colour. */
export function RealtimeIndicator(): ReactElement {
  const { status } = useConnection();
  return (
    <span className="vagus-indicator" data-status={status} role="status">
      <span className="vagus-indicator-dot" aria-hidden="true" />
      {words[status]}
    </span>
  );
}
