import { isStale, parseReference, type AnyEvent } from '@vagus/client';

/** What a list shows: a thing with an id, as the server's workflow lists give it. */
export interface LiveItem {
  readonly id: string;
}

export interface ItemChange {
  readonly id: string;
  readonly version: string | null;
  readonly isNew: boolean;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The thing that an event is about; null where it names none. */
export function changeOf({ name, payload }: AnyEvent): ItemChange | null {
  const { eventId: _eventId, sequence: _sequence, occurredAt: _occurredAt, ...fields } = payload;
  const reference = parseReference(typeof fields['resource'] === 'string' ? fields['resource'] : null);
  const id = typeof fields['id'] === 'string' ? fields['id'] : reference?.id;
  if (id === undefined) return null;
  return { id, version: reference?.version ?? null, isNew: name.endsWith('created'), fields: { ...fields, id } };
}

/**
 * The list with the change in it: what is new comes last, what is there takes the event's fields, what the list does not have is another
 * list's. The same list where nothing changed.
 */
export function merged<Item extends LiveItem>(items: readonly Item[], change: ItemChange): readonly Item[] {
  const place = items.findIndex(({ id }) => id === change.id);
  if (place < 0) return change.isNew ? [...items, change.fields as unknown as Item] : items;
  const item = items[place]!;
  return items.with(place, { ...item, ...known(change.fields, item) });
}

/** Null in an event may mean that it is not known there: what the list has stays. */
function known(fields: ItemChange['fields'], item: LiveItem): object {
  const has = item as unknown as Record<string, unknown>;
  return Object.fromEntries(Object.entries(fields).filter(([name, value]) => value !== null || has[name] === undefined));
}

/** The newest version of each thing that a list has seen. */
export class SeenVersions {
  readonly #versions = new Map<string, string>();

  /** False for a version that is older than one that was seen. */
  accept({ id, version }: ItemChange): boolean {
    if (version === null) return true;
    if (isStale(this.#versions.get(id), version)) return this.#versions.get(id) === version;
    this.#versions.set(id, version);
    return true;
  }
}
