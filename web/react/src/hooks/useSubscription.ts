import { SubscriptionLine, type FhirResource, type LostEvents, type SubscriptionEvent, type SubscriptionLineState } from '@vagus/client';
import { useEffect, useMemo } from 'react';
import { useVagus } from '../provider/VagusProvider.js';
import { useLatest } from './useLatest.js';
import { useStore } from './useStore.js';

export interface SubscriptionOptions<R extends FhirResource> {
  /** Each event once and in the order of its number. */
  readonly onEvent?: ((event: SubscriptionEvent<R>) => void) | undefined;
  /** Events cannot be had any more: load again what is shown. */
  readonly onLost?: ((lost: LostEvents) => void) | undefined;
  /** The number of the last event that was handled before: nothing behind it is missed. That of the first rendering. */
  readonly after?: number | null | undefined;
  /** The subscription's heartbeat period, where it has one. */
  readonly heartbeatSeconds?: number | undefined;
}

export interface FollowedSubscription<R extends FhirResource> extends SubscriptionLineState<R> {
  /** Nothing is missing. */
  readonly live: boolean;
}

const none = {
  state: { status: 'idle', code: null, subscription: null, lastEvent: null } as SubscriptionLineState<never>,
  watch: () => () => {},
  onEvent: () => () => {},
  onLost: () => () => {},
};

/**
 * Follows a FHIR subscription of the signed-in person with the channel `websocket`: one socket for each component that uses it. Null
 * follows nothing.
 */
export function useSubscription<R extends FhirResource = FhirResource>(
  id: string | null,
  { onEvent, onLost, after, heartbeatSeconds }: SubscriptionOptions<R> = {},
): FollowedSubscription<R> {
  // Another person has other services, and with them another line.
  const services = useVagus();
  const latest = useLatest({ onEvent, onLost });
  const line = useMemo(
    () =>
      id === null
        ? none
        : new SubscriptionLine<R>({
            session: services.session,
            id,
            after: after ?? null,
            ...(heartbeatSeconds === undefined ? {} : { heartbeatSeconds }),
          }),
    // `after` is where it begins: a number that follows the events would begin anew with each.
    // oxlint-disable-next-line react/exhaustive-deps
    [services, id, heartbeatSeconds],
  );
  useEffect(() => {
    const stops = [
      line.onEvent((event: SubscriptionEvent<R>) => latest.current.onEvent?.(event)),
      line.onLost((lost: LostEvents) => latest.current.onLost?.(lost)),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [line, latest]);
  const state = useStore<SubscriptionLineState<R>>(line);
  return { ...state, live: state.status === 'live' };
}
