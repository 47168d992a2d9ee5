import type { AnyEvent, SocketEvent, SocketEventName } from '@vagus/client';
import { isUrgent, wordsOf } from '../events/eventWords.js';
import { useTimes, useVagus } from '../provider/VagusProvider.js';
import { useEvents } from './useEvents.js';

/** The socket name behind each handler's name. */
export type HandlerNames = Readonly<Record<string, SocketEventName>>;

export type Handlers<Names extends HandlerNames> = {
  readonly [Name in keyof Names]?: ((event: SocketEvent<Names[Name]>) => void) | undefined;
} & UpdateOptions;

export interface UpdateOptions {
  /** Says each of the events in passing, in the provider's region. */
  readonly showToasts?: boolean | undefined;
  /** Only events of this patient. */
  readonly patientId?: string | undefined;
  readonly enabled?: boolean | undefined;
}

/** Calls the handler that belongs to an event, where there is one. */
export function useEventHandlers<Names extends HandlerNames>(names: Names, options: Handlers<Names>): void {
  const { toasts } = useVagus();
  const times = useTimes();
  const { showToasts = false, enabled = true, patientId } = options;
  useEvents(
    (event: AnyEvent) => {
      const name = Object.keys(names).find((each) => names[each] === event.name);
      if (name === undefined || (patientId !== undefined && event.payload.patientId !== patientId)) return;
      (options[name] as ((payload: unknown) => void) | undefined)?.(event.payload);
      if (showToasts) toasts.say(wordsOf(event, times), { isUrgent: isUrgent(event), eventId: event.payload.eventId });
    },
    { enabled },
  );
}
