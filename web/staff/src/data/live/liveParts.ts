import type { ConnectionState, ConnectionStatus } from '@vagus/client';
import { Observable } from '../../observable';

/** Something on screen that is kept current by a connection of its own. */
export interface LivePart {
  readonly state: ConnectionState;
  watchState(watcher: () => void): () => void;
}

export interface ScreenState {
  /** The worst of all parts: "live" is said only when everything on the screen is. */
  readonly status: ConnectionStatus;
  /** Since when not everything is live, in milliseconds since 1970; null while it is. */
  readonly lostAt: number | null;
}

/** The attempts of the page's own connection are worth telling; a pane's that is not there in time is late. */
export type PartKind = 'page' | 'pane';

/** From best to worst. */
const order: readonly ConnectionStatus[] = ['live', 'idle', 'connecting', 'reconnecting', 'delayed', 'offline', 'refused'];

/** A part that is not live for longer is out of date, whatever its connection is doing. */
export const patienceMs = 5_000;

/** All live parts of the screen together. */
export class LiveParts {
  readonly #parts = new Map<LivePart, { kind: PartKind; lostAt: number | null; stop: () => void }>();
  readonly #now: () => number;
  readonly #state = new Observable<ScreenState>({ status: 'idle', lostAt: null });
  #impatience: ReturnType<typeof setTimeout> | undefined;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  get state(): ScreenState {
    return this.#state.value;
  }

  /** Counts until the returned function is called. */
  add(part: LivePart, kind: PartKind): () => void {
    const entry = { kind, lostAt: null as number | null, stop: part.watchState(() => this.#look()) };
    this.#parts.set(part, entry);
    this.#look();
    return () => {
      entry.stop();
      this.#parts.delete(part);
      this.#look();
    };
  }

  readonly watch = this.#state.watch;

  #look(): void {
    clearTimeout(this.#impatience);
    let [status, lostAt]: [ConnectionStatus, number | null] = [this.#parts.size === 0 ? 'idle' : 'live', null];
    for (const [part, entry] of this.#parts) {
      entry.lostAt = part.state.status === 'live' ? null : (entry.lostAt ?? this.#now());
      const own = entry.kind === 'page' ? part.state.status : this.#late(part.state.status, entry.lostAt);
      if (order.indexOf(own) > order.indexOf(status)) status = own;
      if (entry.lostAt !== null) lostAt = Math.min(lostAt ?? entry.lostAt, entry.lostAt);
    }
    if (lostAt !== null) {
      const left = lostAt + patienceMs - this.#now();
      if (left > 0) this.#impatience = setTimeout(() => this.#look(), left);
    }
    this.#set({ status, lostAt });
  }

  #late(status: ConnectionStatus, lostAt: number | null): ConnectionStatus {
    const isTrying = status === 'idle' || status === 'connecting' || status === 'reconnecting';
    return isTrying && lostAt !== null && this.#now() - lostAt >= patienceMs ? 'delayed' : status;
  }

  #set(state: ScreenState): void {
    if (state.status !== this.state.status || state.lostAt !== this.state.lostAt) this.#state.set(state);
  }
}

export const liveParts = new LiveParts();
