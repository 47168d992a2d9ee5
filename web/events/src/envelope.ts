import { fieldsByType } from './generated/contract.js';
import type { CloudEvent, EventDataByType, EventType } from './generated/events.js';
import { newId } from './newId.js';
import { problemsOf } from './problems.js';

/** Fields that may be null may be left out: they are written as null. */
type Sparse<Data> = { [Name in keyof Data as null extends Data[Name] ? never : Name]: Data[Name] } & {
  [Name in keyof Data as null extends Data[Name] ? Name : never]?: Data[Name];
};

/** An event as its producer knows it; the rest of the envelope is added. */
export interface NewEvent<Type extends EventType> {
  readonly type: Type;
  /** Who tells it: a URI reference that is the producer's own, such as `urn:example:lab-bridge`. */
  readonly source: string;
  readonly data: Sparse<EventDataByType[Type]>;
  /** Keep it when the same event is sent again: it makes a repetition harmless. Default: a new UUID of version 7. */
  readonly id?: string;
  /** `Patient/{id}`. */
  readonly subject?: string;
  readonly time?: Date;
  readonly correlationid?: string;
  readonly traceparent?: string;
}

/** The event is not of the catalogue, or its data do not fit. */
export class InvalidEventError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('; '));
    this.name = 'InvalidEventError';
  }
}

/** An event in its envelope, CloudEvents 1.0. Throws `InvalidEventError` where the data do not fit its type. */
export function createEvent<Type extends EventType>(event: NewEvent<Type>): CloudEvent<Type> {
  const { time, id, data, ...rest } = event;
  // The compiler does not follow that what was absent is null now.
  const complete: unknown = { ...Object.fromEntries(Object.keys(fieldsByType[event.type] ?? {}).map((name) => [name, null])), ...data };
  refuse(problemsOf(event.type, complete));
  return {
    specversion: '1.0',
    id: id ?? newId(),
    time: (time ?? new Date()).toISOString(),
    datacontenttype: 'application/json',
    ...rest,
    data: complete as EventDataByType[Type],
  };
}

/** As NATS, webhooks and `POST /api/events` carry it (structured mode). */
export function encodeEvent(event: CloudEvent): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(event));
}

/**
 * Reads what was carried, and checks it. An event of a type that this version does not know throws as well: take such events for what is
 * to be passed over, for catalogues grow.
 */
export function decodeEvent(bytes: Uint8Array | string): CloudEvent {
  const value: unknown = JSON.parse(typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes));
  refuse(problemsOfEnvelope(value));
  const event = value as CloudEvent;
  refuse(problemsOf(event.type, event.data));
  return event;
}

function problemsOfEnvelope(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return ['the event is not an object'];
  const envelope = value as Record<string, unknown>;
  if (envelope['specversion'] !== '1.0') return ['specversion is not 1.0'];
  const missing = ['id', 'type', 'source'].filter((name) => typeof envelope[name] !== 'string' || envelope[name] === '');
  return missing.map((name) => `${name} is missing`);
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new InvalidEventError(problems);
}
