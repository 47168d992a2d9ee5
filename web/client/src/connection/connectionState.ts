import { Listeners } from '../listeners.js';

/**
 * - `idle`: nobody uses the connection
 * - `connecting`: the first attempt is under way
 * - `live`: subscribed; what is shown is current
 * - `delayed`: the connection stands, but the server has not told its position in time
 * - `reconnecting`: it was interrupted and is being restored
 * - `offline`: the browser reports no network
 * - `refused`: the server will not have us until somebody signs in again; no further attempts
 */
export type ConnectionStatus = 'idle' | 'connecting' | 'live' | 'delayed' | 'reconnecting' | 'offline' | 'refused';

export interface ConnectionState {
  readonly status: ConnectionStatus;
  /** When this status began, in milliseconds since 1970. */
  readonly since: number;
  /** The server's code for a refusal. */
  readonly code?: string;
}

/** Holds one immutable state object, so that `useSyncExternalStore` can compare by identity. */
export class StateHolder {
  #state: ConnectionState;
  readonly #watchers = new Listeners<void>();

  constructor(private readonly now: () => number) {
    this.#state = { status: 'idle', since: now() };
  }

  get current(): ConnectionState {
    return this.#state;
  }

  set(status: ConnectionStatus, code?: string): void {
    if (this.#state.status === status && this.#state.code === code) return;
    this.#state = { status, since: this.now(), ...(code === undefined ? {} : { code }) };
    this.#watchers.call();
  }

  watch(watcher: () => void): () => void {
    return this.#watchers.add(watcher);
  }
}
