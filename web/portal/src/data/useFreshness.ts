import { useQueryClient } from '@tanstack/react-query';
import type { ConnectionStatus, LiveConnection, MessagingConnection } from '@vagus/client';
import { useVagus } from '@vagus/react';
import { useEffect, useSyncExternalStore } from 'react';
import { usePortal } from './portal';

export interface Freshness {
  readonly status: ConnectionStatus;
  /** In milliseconds since 1970. */
  readonly since: number;
}

const worst: readonly ConnectionStatus[] = ['offline', 'refused', 'reconnecting', 'delayed', 'connecting', 'idle', 'live'];
const pollMs = 30_000;

/** "Live" only where both lines are: messages come by one, results and appointments by the other. */
export function useFreshness(): Freshness {
  const { connection, messaging } = useVagus();
  const [one, other] = [useLine(connection), useLine(messaging)];
  return worst.indexOf(one.status) <= worst.indexOf(other.status) ? one : other;
}

function useLine(line: LiveConnection | MessagingConnection): Freshness {
  return useSyncExternalStore(
    (watcher) => line.watchState(watcher),
    () => line.state,
  );
}

/** Keeps what is on the screen current: what an event is about is loaded again, and everything after a gap or an interruption. */
export function useLiveQueries(): void {
  const queries = useQueryClient();
  const portal = usePortal();
  const { connection, messaging } = useVagus();
  useEffect(() => {
    const hear = (sequence: number | null) => (portal.told = Math.max(portal.told, sequence ?? 0));
    const reload = (...keys: string[]) => {
      for (const key of keys) void queries.invalidateQueries({ queryKey: [key] });
    };
    const messages = () => reload('threads', 'thread', 'scheduled');
    const everything = () => void queries.invalidateQueries();
    const stops = [
      messaging.on('new_message', messages),
      messaging.on('message_sent', messages),
      messaging.on('message_read', messages),
      messaging.on('message_retracted', messages),
      connection.onAny(({ name, payload }) => {
        hear(payload.sequence);
        reload(...concerned(name));
      }),
      messaging.onGap(everything),
      connection.onGap(everything),
      whenLiveAgain(messaging, everything),
      whenLiveAgain(connection, () => {
        hear(connection.sequence);
        everything();
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }, [queries, connection, messaging, portal]);
}

/** The queries that an event of the catalogue is about. */
export function concerned(name: string): string[] {
  if (name.startsWith('appointment')) return ['appointments'];
  // Also whom the person may act for: a name or a birth date has changed.
  if (name.startsWith('patient')) return ['people'];
  if (name.startsWith('thread')) return ['threads', 'thread'];
  return /^(lab|radiology|biopsy):/.test(name) ? ['results'] : [];
}

/** Also the first time: what was loaded before the line was live has a hole up to then. */
function whenLiveAgain(line: LiveConnection | MessagingConnection, then: () => void): () => void {
  let wasLive = line.state.status === 'live';
  return line.watchState(() => {
    const isLive = line.state.status === 'live';
    if (isLive && !wasLive) then();
    wasLive = isLive;
  });
}

/** For lists: how often they are loaded while nothing live vouches for them. */
export function usePollInterval(): number | false {
  return useFreshness().status === 'live' ? false : pollMs;
}
