import type { AnyEvent } from '@vagus/client';
import { useRef, useState, type ReactElement, type ReactNode } from 'react';
import { isNamed } from '../events/eventNames.js';
import { isUrgent, wordsOf } from '../events/eventWords.js';
import { useEvents } from '../hooks/useEvents.js';
import { useReload } from '../hooks/useReload.js';
import { useTimes, useVagus } from '../provider/VagusProvider.js';
import { changeOf, merged, SeenVersions, type LiveItem } from './mergeEvent.js';
import { RealtimeIndicator } from './RealtimeIndicator.js';
import { UpdateHighlight } from './UpdateHighlight.js';

export interface RealtimeWrapperProps<Item extends LiveItem> {
  readonly items: readonly Item[];
  /** The setter of `useState`, or one like it. */
  readonly setItems: (change: (items: Item[]) => Item[]) => void;
  /** An event, a family (`appointment`), or several of them. */
  readonly eventType: string | readonly string[];
  readonly renderItem: (item: Item) => ReactNode;
  readonly showIndicator?: boolean;
  readonly showToasts?: boolean;
  /** Loads the items again: they were loaded before the connection was live, or events are lost. */
  readonly reload?: () => void;
  /** Whether something new belongs into this list; by default everything does. */
  readonly accepts?: (item: Item) => boolean;
}

/** Keeps a list current by the events of its kind: new things come in, changed ones are shown so for a moment. */
export function RealtimeWrapper<Item extends LiveItem>(props: RealtimeWrapperProps<Item>): ReactElement {
  return <Live key={useVagus().turn} {...props} />;
}

function Live<Item extends LiveItem>(props: RealtimeWrapperProps<Item>): ReactElement {
  const { items, setItems, eventType, renderItem, showIndicator = true, showToasts = false, reload, accepts } = props;
  const { toasts } = useVagus();
  const times = useTimes();
  const seen = useRef<SeenVersions | null>(null);
  const [changedAt, setChangedAt] = useState<Readonly<Record<string, number>>>({});
  const wanted = typeof eventType === 'string' ? [eventType] : eventType;

  function take(event: AnyEvent): void {
    const change = wanted.some((name) => isNamed(event, name)) ? changeOf(event) : null;
    seen.current ??= new SeenVersions();
    if (!change || !seen.current.accept(change)) return;
    if (change.isNew && accepts?.(change.fields as unknown as Item) === false) return;
    setItems((before) => merged(before, change) as Item[]);
    // Of what has left the list nothing is kept.
    const shown = new Set(items.map(({ id }) => id));
    setChangedAt((before) => ({
      ...Object.fromEntries(Object.entries(before).filter(([id]) => shown.has(id))),
      [change.id]: event.payload.sequence,
    }));
    if (showToasts) toasts.say(wordsOf(event, times), { isUrgent: isUrgent(event), eventId: event.payload.eventId });
  }

  useEvents(take);
  useReload(() => reload?.());
  return (
    <div className="vagus-live">
      {showIndicator && <RealtimeIndicator />}
      {items.map((item) => (
        <UpdateHighlight key={item.id} updateKey={changedAt[item.id]}>{renderItem(item)}</UpdateHighlight>
      ))}
    </div>
  );
}
