import type { ConnectionStatus } from '../connection/connectionState.js';
import { Listeners } from '../listeners.js';
import type { FhirResource } from '../resource.js';
import { Problem } from '../session/problem.js';
import type { Requester } from '../session/requestJson.js';
import { Followed } from '../stores/followed.js';
import { readBinding, readNotification, type SubscriptionEvent, type SubscriptionNotification } from './notification.js';

export interface SubscriptionLineOptions {
  readonly session: Requester;
  /** The subscription's id; its channel is `websocket`, and the signed-in person is its owner. */
  readonly id: string;
  /** The number of the last event that was handled before, perhaps in another visit: nothing behind it is missed. */
  readonly after?: number | null;
  /** The subscription's `backport-heartbeat-period`, where it has one: silence for twice as long ends the line, and another begins. */
  readonly heartbeatSeconds?: number;
}

export interface SubscriptionLineState<R extends FhirResource = FhirResource> {
  /** `live`: everything that has happened was told. */
  readonly status: ConnectionStatus;
  /** Why it is `refused`. */
  readonly code: string | null;
  /** What the server says of the subscription: `active`, `error` or `off`. */
  readonly subscription: string | null;
  readonly lastEvent: SubscriptionEvent<R> | null;
}

/** Events that cannot be had any more: what is shown has to be loaded again. */
export interface LostEvents {
  readonly from: number;
  readonly to: number;
}

const firstRetryMs = 1_000;
const longestRetryMs = 30_000;
const lookEveryMs = 5_000;
/** A binding or a missing account does not come back by asking again; these do. */
const mayHelpAgain = (status: number) => status === 401 || status === 408 || status === 429 || status >= 500;

/**
 * Follows one FHIR subscription over its websocket channel while somebody watches: each event once and in the order of its number. What
 * other sockets of the subscription were sent meanwhile, or what was lost on the way, is asked for by `$events`.
 */
export class SubscriptionLine<R extends FhirResource = FhirResource> {
  readonly #options: SubscriptionLineOptions;
  readonly #address: string;
  readonly #followed: Followed<SubscriptionLineState<R>>;
  readonly #events = new Listeners<SubscriptionEvent<R>>();
  readonly #losses = new Listeners<LostEvents>();
  /** The last event that was told; null: none yet. */
  #last: number | null;
  /** How many had happened when this line was bound first: without `after`, what is older is nobody's loss. */
  #floor: number | null = null;
  #socket: WebSocket | null = null;
  /** Frames are handled one after the other: some of them ask for what is missing. */
  #handled: Promise<void> = Promise.resolve();
  #retry: ReturnType<typeof setTimeout> | undefined;
  #retryMs = firstRetryMs;
  #heardAt = 0;

  constructor(options: SubscriptionLineOptions) {
    this.#options = options;
    this.#last = options.after ?? null;
    this.#address = `/fhir/Subscription/${encodeURIComponent(options.id)}`;
    const empty = { status: 'idle', code: null, subscription: null, lastEvent: null } as const;
    this.#followed = new Followed<SubscriptionLineState<R>>(empty, () => this.#begin());
  }

  get state(): SubscriptionLineState<R> {
    return this.#followed.state;
  }

  /** Opens the line with the first watcher, and closes it behind the last. */
  watch(watcher: () => void): () => void {
    return this.#followed.watch(watcher);
  }

  onEvent(listener: (event: SubscriptionEvent<R>) => void): () => void {
    return this.#events.add(listener);
  }

  onLost(listener: (lost: LostEvents) => void): () => void {
    return this.#losses.add(listener);
  }

  #begin(): (() => void)[] {
    const cameBack = () => this.#connectNow();
    globalThis.addEventListener?.('online', cameBack);
    const seconds = this.#options.heartbeatSeconds;
    const look = seconds === undefined ? undefined : setInterval(() => this.#look(seconds * 2_000), lookEveryMs);
    // Not in this moment: whoever watches is still being told of the state before.
    this.#retry = setTimeout(() => {
      this.#followed.set({ status: 'connecting' });
      void this.#connect();
    }, 0);
    return [
      () => globalThis.removeEventListener?.('online', cameBack),
      () => clearInterval(look),
      () => this.#drop(),
    ];
  }

  #connectNow(): void {
    if (this.#socket || this.state.status === 'refused') return;
    clearTimeout(this.#retry);
    void this.#connect();
  }

  async #connect(): Promise<void> {
    const { time } = this.#followed;
    const isOver = () => time !== this.#followed.time || this.#socket !== null;
    try {
      const response = await this.#options.session.fetch(`${this.#address}/$get-ws-binding-token`);
      if (isOver()) return;
      if (!response.ok) return mayHelpAgain(response.status) ? this.#again() : this.#refuse(`http_${response.status}`);
      const binding = readBinding(await response.json());
      if (isOver()) return;
      if (binding) this.#bind(binding.url, binding.token);
      else this.#refuse('no_binding');
    } catch (cause) {
      if (isOver()) return;
      if (cause instanceof Problem && !mayHelpAgain(cause.status)) this.#refuse(cause.code);
      else if (cause instanceof Problem && cause.code === 'signed_out') this.#refuse('signed_out');
      else this.#again();
    }
  }

  #bind(url: string, token: string): void {
    const socket = new WebSocket(url);
    this.#socket = socket;
    this.#heardAt = Date.now();
    socket.addEventListener('open', () => socket.send(`bind-with-token ${token}`));
    socket.addEventListener('message', ({ data }) => {
      this.#heardAt = Date.now();
      this.#handled = this.#handled.then(() => this.#heard(socket, data));
    });
    // 4401 is the end of the token by which it was bound: the next one is asked for with a renewed session.
    socket.addEventListener('close', () => socket === this.#socket && this.#again());
  }

  async #heard(socket: WebSocket, text: unknown): Promise<void> {
    if (socket !== this.#socket) return;
    const notification = readNotification<R>(parsed(text));
    if (!notification) return;
    try {
      await this.#take(socket, notification);
    } catch {
      if (socket === this.#socket) this.#again();
    }
  }

  async #take(socket: WebSocket, { type, status, count, events }: SubscriptionNotification<R>): Promise<void> {
    if (status === 'off') return this.#refuse('off');
    const isFirst = this.#last === null && this.#floor === null;
    const before = events.length > 0 ? Math.min(...events.map(({ number }) => number)) - 1 : count;
    // Before the first event it is not known which ones this line is sent.
    const known = this.#last ?? (type === 'handshake' ? this.#floor : null);
    if (known !== null && before > known) await this.#fill(socket, known + 1, before);
    if (socket !== this.#socket) return;
    if (isFirst) this.#floor = count;
    for (const event of events) this.#tell(event);
    this.#retryMs = firstRetryMs;
    const { state } = this;
    if (state.status !== 'live' || state.subscription !== status) this.#followed.set({ status: 'live', code: null, subscription: status });
  }

  /** What lies between: from the server, a page at a time. */
  async #fill(socket: WebSocket, from: number, to: number): Promise<void> {
    let next = from;
    while (next <= to) {
      const query = new URLSearchParams({ eventsSinceNumber: String(next), eventsUntilNumber: String(to) });
      const response = await this.#options.session.fetch(`${this.#address}/$events?${query.toString()}`);
      if (socket !== this.#socket) return;
      if (!response.ok && mayHelpAgain(response.status)) throw new Error('later');
      const found = response.ok ? (readNotification<R>(await response.json())?.events ?? []) : [];
      if (socket !== this.#socket) return;
      const first = found[0]?.number ?? to + 1;
      if (first > next) this.#losses.call({ from: next, to: first - 1 });
      for (const event of found) this.#tell(event);
      next = (found.at(-1)?.number ?? to) + 1;
    }
    this.#last = Math.max(this.#last ?? 0, to);
  }

  /** Each number once: what was sent within the last seconds may come again. */
  #tell(event: SubscriptionEvent<R>): void {
    if (this.#last !== null && event.number <= this.#last) return;
    this.#last = event.number;
    this.#followed.set({ lastEvent: event });
    this.#events.call(event);
  }

  #look(limitMs: number): void {
    if (this.#socket && Date.now() - this.#heardAt > limitMs) this.#again();
  }

  #again(): void {
    const isWaiting = this.state.status === 'idle' || this.state.status === 'connecting';
    this.#drop();
    this.#followed.set({ status: isWaiting ? 'connecting' : 'reconnecting' });
    this.#retry = setTimeout(() => void this.#connect(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
  }

  #refuse(code: string): void {
    this.#drop();
    this.#followed.set({ status: 'refused', code });
  }

  #drop(): void {
    clearTimeout(this.#retry);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return null;
  }
}
