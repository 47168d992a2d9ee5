import type { FhirResource } from '../resource.js';

/** One change that a subscription tells of. */
export interface SubscriptionEvent<R extends FhirResource = FhirResource> {
  /** Counts the events of the subscription from its beginning, without a gap. */
  readonly number: number;
  /** When it happened, as a FHIR instant. */
  readonly timestamp: string | null;
  /** What changed, as `Observation/5`; null where the payload is empty or the owner may not see it any more. */
  readonly focus: string | null;
  readonly action: 'created' | 'updated' | 'deleted' | null;
  /** Its content, where the subscription has the payload `full-resource` and it was not deleted. */
  readonly resource: R | null;
}

/** One Bundle of Subscriptions R5 Backport: its first entry is the status. */
export interface SubscriptionNotification<R extends FhirResource = FhirResource> {
  readonly type: 'handshake' | 'heartbeat' | 'event-notification' | 'query-status' | 'query-event';
  /** `requested`, `active`, `error` or `off`. */
  readonly status: string;
  /** How many events the subscription has had so far. */
  readonly count: number;
  readonly events: readonly SubscriptionEvent<R>[];
}

interface Parameter {
  readonly name?: string;
  readonly valueString?: string;
  readonly valueCode?: string;
  readonly valueInstant?: string;
  readonly valueUrl?: string;
  readonly valueReference?: { readonly reference?: string };
  readonly part?: readonly Parameter[];
}

interface Entry {
  readonly fullUrl?: string;
  readonly resource?: FhirResource & { readonly parameter?: readonly Parameter[] };
  readonly request?: { readonly method?: string };
}

const actions: Readonly<Record<string, 'created' | 'updated' | 'deleted'>> = { POST: 'created', PUT: 'updated', DELETE: 'deleted' };

/** Null for what is no notification, whatever it is: a frame that cannot be read ends nothing. */
export function readNotification<R extends FhirResource>(body: unknown): SubscriptionNotification<R> | null {
  const [first, ...contents] = list<Entry>((body as { readonly entry?: unknown } | null)?.entry);
  if (first?.resource?.resourceType !== 'Parameters') return null;
  const parameters = list<Parameter>(first.resource.parameter);
  const count = Number(find(parameters, 'events-since-subscription-start')?.valueString ?? 0);
  const shown = contents.filter(({ fullUrl }) => fullUrl !== undefined);
  return {
    type: (find(parameters, 'type')?.valueCode ?? 'heartbeat') as SubscriptionNotification['type'],
    status: find(parameters, 'status')?.valueCode ?? 'active',
    count: Number.isSafeInteger(count) ? count : 0,
    events: parameters
      .filter(({ name }) => name === 'notification-event')
      .map(({ part }) => readEvent<R>(list<Parameter>(part), shown))
      .filter(({ number }) => Number.isSafeInteger(number)),
  };
}

/** Contents stand in the order of the events that have one: each takes the next with its address. */
function readEvent<R extends FhirResource>(parts: readonly Parameter[], shown: Entry[]): SubscriptionEvent<R> {
  const reference = find(parts, 'focus')?.valueReference?.reference;
  const address = typeof reference === 'string' ? reference : null;
  const at = address === null ? -1 : shown.findIndex(({ fullUrl }) => fullUrl === address);
  const [entry] = at < 0 ? [] : shown.splice(at, 1);
  return {
    number: Number(find(parts, 'event-number')?.valueString),
    timestamp: find(parts, 'timestamp')?.valueInstant ?? null,
    focus: address?.split('/').slice(-2).join('/') ?? null,
    action: actions[entry?.request?.method ?? ''] ?? null,
    resource: (entry?.resource as R | undefined) ?? null,
  };
}

/** The token and the address of a binding. */
export function readBinding(body: unknown): { readonly token: string; readonly url: string } | null {
  const parameters = list<Parameter>((body as { readonly parameter?: unknown } | null)?.parameter);
  const token = find(parameters, 'token')?.valueString;
  const url = find(parameters, 'websocket-url')?.valueUrl;
  return token !== undefined && url !== undefined ? { token, url } : null;
}

function list<T>(value: unknown): T[] {
  return Array.isArray(value) ? value.filter((each): each is T => typeof each === 'object' && each !== null) : [];
}

function find(parameters: readonly Parameter[], name: string): Parameter | undefined {
  return parameters.find((each) => each.name === name);
}
