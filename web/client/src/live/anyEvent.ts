import type { Delivery } from '@vagus/events';

/** Any event of the catalogue, also one that is newer than this client. */
export interface AnyEvent {
  readonly name: string;
  readonly payload: Readonly<Delivery> & Readonly<Record<string, unknown>>;
}
