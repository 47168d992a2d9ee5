import type { ConnectionStatus } from '@vagus/client';
import { useVagus } from '@vagus/react';
import { useEffect, useState } from 'react';
import { useFreshness } from '../data/useFreshness';
import { Notice } from '../ui/Notice';
import { useWords } from '../words/useWords';
import type { WordKey } from '../words/write';
import classes from './ConnectionState.module.css';

const words: Readonly<Record<ConnectionStatus, WordKey>> = {
  idle: 'connection.connecting',
  connecting: 'connection.connecting',
  live: 'connection.live',
  delayed: 'connection.delayed',
  reconnecting: 'connection.reconnecting',
  offline: 'connection.offline',
  refused: 'connection.stopped',
};

const patienceMs = 5_000;

/** "Up to date" stands here only when everything on the screen is. */
export function ConnectionState() {
  const { t } = useWords();
  const { status } = useFreshness();
  return (
    <div role="status" aria-label={t('connection.label')} className={classes.state} data-live={status === 'live' || undefined}>
      <span className={classes.dot} aria-hidden="true" />
      {t(words[status])}
    </div>
  );
}

/** An interruption of more than five seconds, or no network. */
export function LostBanner() {
  const { t, dates } = useWords();
  const { connection, messaging } = useVagus();
  const { status, since } = useFreshness();
  const isLost = status !== 'live' && status !== 'idle' && status !== 'connecting';
  const isLong = useLater(isLost ? since + patienceMs : null);
  const time = dates.time(new Date(since));
  if (status === 'offline') return <Notice tone="late" role="status">{t('connection.offlineText', { time })}</Notice>;
  if (!isLost || !isLong) return null;
  const again = () => {
    connection.retry();
    messaging.retry();
  };
  return (
    <Notice
      tone="late"
      role="status"
      action={
        <button type="button" className="button" onClick={again}>
          {t('connection.now')}
        </button>
      }
    >
      {t('connection.lostText', { time })}
    </Notice>
  );
}

/** True from a moment on; false without one. */
function useLater(moment: number | null): boolean {
  const [reached, setReached] = useState<number | null>(null);
  useEffect(() => {
    if (moment === null) return undefined;
    const timer = setTimeout(() => setReached(moment), Math.max(0, moment - Date.now()));
    return () => clearTimeout(timer);
  }, [moment]);
  return moment !== null && reached === moment;
}
