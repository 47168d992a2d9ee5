import { ResourceWatch, type ConnectionStatus, type ResourceUpdate } from '@vagus/client';
import { useEffect, useMemo, useState } from 'react';
import { useVagus } from '../provider/VagusProvider.js';
import { useLatest } from './useLatest.js';

export interface WebSocketOptions {
  /** All types by default. */
  readonly resourceTypes?: readonly string[] | undefined;
  /** All patients that the person may see by default. */
  readonly patientIds?: readonly string[] | undefined;
  readonly enabled?: boolean | undefined;
  /** Where what is shown was current (`sequence` of a chart): nothing after it is missed. */
  readonly since?: number | null | undefined;
  /** Each change, also where several come between two renderings. */
  readonly onUpdate?: ((update: ResourceUpdate) => void) | undefined;
  /** Changes are lost: load again what is shown. */
  readonly onGap?: (() => void) | undefined;
}

export interface WebSocketState {
  /** Nothing is missing. */
  readonly connected: boolean;
  readonly status: ConnectionStatus;
  readonly lastUpdate: ResourceUpdate | null;
}

interface Known {
  /** For whom and what it was asked: what was known for another is nothing. */
  readonly of: object | null;
  readonly status: ConnectionStatus;
  readonly lastUpdate: ResourceUpdate | null;
}

const nothing: Known = { of: null, status: 'idle', lastUpdate: null };

/** Changes of FHIR resources with their content, over `/ws`: one WebSocket for each component that uses it. */
export function useWebSocket(options: WebSocketOptions = {}): WebSocketState {
  const { resourceTypes, patientIds, enabled = true, onUpdate, onGap, since } = options;
  // Another person has other services, and with them another line.
  const services = useVagus();
  const [known, setKnown] = useState(nothing);
  const latest = useLatest({ onUpdate, onGap, since });
  // Lists are compared by what they hold: most callers write them anew at each rendering.
  const narrowing = JSON.stringify({ resourceTypes, patientIds });

  const of = useMemo(() => ({ services, narrowing, enabled }), [services, narrowing, enabled]);
  const { status, lastUpdate } = known.of === of ? known : nothing;

  useEffect(() => {
    if (!enabled) return;
    const { session, watchUrl } = services;
    const tell = (change: Partial<Known>) => setKnown((before) => ({ ...(before.of === of ? before : nothing), of, ...change }));
    const watch = new ResourceWatch({
      tokens: session.token,
      ...(watchUrl === undefined ? {} : { url: watchUrl }),
      since: latest.current.since ?? null,
      ...(JSON.parse(narrowing) as { resourceTypes?: string[]; patientIds?: string[] }),
    });
    const stops = [
      watch.watchState(() => tell({ status: watch.state.status })),
      watch.onGap(() => latest.current.onGap?.()),
      watch.onUpdate((update) => {
        tell({ lastUpdate: update });
        latest.current.onUpdate?.(update);
      }),
    ];
    watch.open();
    return () => {
      for (const stop of stops) stop();
      watch.close();
      // The last change is of another patient, perhaps.
      setKnown(nothing);
    };
  }, [services, of, narrowing, enabled, latest]);

  return { connected: status === 'live', status, lastUpdate };
}

/** Changes of everything that belongs to one patient. */
export function usePatientUpdates(
  patientId: string | null | undefined,
  options: Omit<WebSocketOptions, 'patientIds'> = {},
): WebSocketState {
  const enabled = Boolean(patientId) && options.enabled !== false;
  return useWebSocket({ ...options, patientIds: patientId ? [patientId] : [], enabled });
}
