import { newId } from '@vagus/events';
import { Listeners } from '../listeners.js';
import type { SessionState } from '../session/browserSession.js';
import type { DeviceKey } from '../session/deviceKey.js';
import { Problem } from '../session/problem.js';
import type { Requester } from '../session/requestJson.js';
import { Followed } from '../stores/followed.js';
import { deliver } from './delivery.js';
import { NotKept, type OutboxEntry, type OutboxRequest, type OutboxState, type OutboxWrite, type Sent } from './outboxEntry.js';
import { OutboxSafe } from './outboxSafe.js';

/** A `BrowserSession`, or the application's own. */
export interface OutboxSession extends Requester {
  readonly path?: string;
  readonly state?: SessionState;
  watch?(watcher: () => void): () => void;
  deviceKey?(): Promise<DeviceKey>;
}

/** A live connection: what waits goes out as soon as it is back. */
interface Line {
  readonly state: { readonly status: string };
  watchState(watcher: () => void): () => void;
}

export interface OutboxOptions {
  readonly session: OutboxSession;
  readonly lines?: readonly Line[];
}

export type Submitted = { readonly status: 'sent'; readonly answer: unknown } | { readonly status: 'waiting'; readonly entry: OutboxEntry };

const locked: OutboxState = { status: 'locked', entries: [], lost: 0 };
const mostEntries = 200;
const firstRetryMs = 2_000;
const longestRetryMs = 60_000;
const longestUnlockMs = 5_000;

/**
 * Writes that could not be sent wait here, sealed, in the browser's storage, and go out once and in order when the server can be reached
 * again. It works while somebody watches it. See README.md of the package.
 */
export class Outbox {
  readonly #session: OutboxSession;
  readonly #lines: readonly Line[];
  readonly #path: string;
  readonly #followed = new Followed<OutboxState>(locked, () => this.#follow());
  readonly #sentListeners = new Listeners<Sent>();
  /** What is being sent at once: the next one of the lane comes after it. */
  readonly #lanes = new Map<string, Promise<void>>();
  #follows = false;
  #safe: OutboxSafe | null = null;
  #opening: Promise<void> | null = null;
  #sending: string | null = null;
  #isRunning = false;
  #isWanted = false;
  #retryMs = firstRetryMs;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor({ session, lines = [] }: OutboxOptions) {
    this.#session = session;
    this.#lines = lines;
    this.#path = session.path ?? '/api/auth';
  }

  get state(): OutboxState {
    return this.#followed.state;
  }

  watch(watcher: () => void): () => void {
    return this.#followed.watch(watcher);
  }

  /** Told of what waited and has gone out from this tab. */
  onSent(listener: (sent: Sent) => void): () => void {
    return this.#sentListeners.add(listener);
  }

  /**
   * Sends at once, or keeps what cannot be sent now. Throws the `Problem` of a refusal, and then keeps nothing; throws `NotKept` where it
   * could neither be sent nor be kept.
   */
  async submit(write: OutboxWrite): Promise<Submitted> {
    const entry: OutboxEntry = {
      id: write.id ?? newId(),
      lane: write.lane ?? write.request.address,
      request: write.request,
      about: write.about ?? null,
      madeAt: new Date().toISOString(),
      status: 'waiting',
      problem: null,
    };
    const author = this.#person;
    const before = this.#lanes.get(entry.lane) ?? Promise.resolve();
    const submitted = before.then(() => this.#sendOrKeep(entry, author));
    const settled = submitted.then(
      () => undefined,
      () => undefined,
    );
    this.#lanes.set(entry.lane, settled);
    await settled;
    if (this.#lanes.get(entry.lane) === settled) this.#lanes.delete(entry.lane);
    return submitted;
  }

  /** The person's choice about what was refused: the same again, or as `request` says. False where it is not there any more. */
  async resend(id: string, request?: OutboxRequest): Promise<boolean> {
    const isThere = await this.#change(id, (safe, entry) =>
      safe.put({ ...entry, request: request ?? entry.request, status: 'waiting', problem: null }));
    this.sendNow();
    return isThere;
  }

  /** Takes it out unsent. False where it went out before. */
  drop(id: string): Promise<boolean> {
    return this.#change(id, (safe, { id: dropped }) => safe.remove(dropped));
  }

  /** Tries at once, whatever the next attempt would be. */
  readonly sendNow = (): void => {
    if (!this.#follows) return;
    clearTimeout(this.#retry);
    if (!this.#safe) void this.#open();
    this.#isWanted = true;
    if (!this.#isRunning) void this.#run();
  };

  /** The person knows of what was lost. */
  readonly forgetLost = (): void => this.#followed.set({ lost: 0 });

  async #sendOrKeep(entry: OutboxEntry, author: string | null): Promise<Submitted> {
    // Before it is known what waits, this would overtake it.
    if (this.#follows && !this.#safe && this.#person !== null && this.state.status === 'locked') {
      await this.#opened();
      if (this.state.status === 'locked' && isOnline() && (await OutboxSafe.holdsAnything(this.#path))) throw new NotKept(false);
    }
    if (author !== this.#person) throw new NotKept(false);
    const isBehind = this.state.entries.some(({ lane }) => lane === entry.lane);
    if (isBehind || !isOnline()) return this.#keep(entry, author, false);
    const outcome = await deliver(this.#session, entry);
    if (outcome.kind === 'done') return { status: 'sent', answer: outcome.answer };
    if (outcome.kind !== 'later') throw outcome.problem;
    return this.#keep(entry, author, outcome.mayHaveArrived);
  }

  /** Somebody else may have signed in since: what one person wrote lies in no other person's safe. */
  async #keep(entry: OutboxEntry, author: string | null, mayHaveArrived: boolean): Promise<Submitted> {
    const safe = this.#safe;
    const isAuthors = safe?.person === author && this.#person === author;
    if (!safe || !isAuthors || this.state.entries.length >= mostEntries) throw new NotKept(mayHaveArrived);
    try {
      await safe.add(entry);
    } catch {
      // The browser's storage is full or closed.
      throw new NotKept(mayHaveArrived);
    }
    this.#show(safe);
    this.#later();
    return { status: 'waiting', entry };
  }

  /** One tab at a time, and never what is on its way. */
  async #change(id: string, work: (safe: OutboxSafe, entry: OutboxEntry) => Promise<void>): Promise<boolean> {
    const safe = this.#safe;
    if (!safe) return false;
    return safe.inTurn(async () => {
      await safe.read();
      const entry = safe.entries.find((each) => each.id === id);
      if (entry) await work(safe, entry);
      this.#show(safe);
      return entry !== undefined;
    });
  }

  #follow(): (() => void)[] {
    this.#follows = true;
    const session = this.#session;
    const followed = () => this.#followSession();
    const stops = this.#lines.map((line) => whenLive(line, this.sendNow));
    if (session.watch) stops.push(session.watch(followed));
    if (typeof addEventListener === 'function') {
      addEventListener('online', this.sendNow);
      stops.push(() => removeEventListener('online', this.sendNow));
    }
    followed();
    stops.push(() => {
      this.#follows = false;
      this.#close();
    });
    return stops;
  }

  #followSession(): void {
    const person = this.#person;
    if (this.#safe && this.#safe.person !== person) this.#close();
    if (person !== null) this.sendNow();
  }

  /** Null: nobody is signed in. A session without a state has one person. */
  get #person(): string | null {
    const { state } = this.#session;
    if (state === undefined) return 'the person';
    return state.status === 'signed_in' ? state.user.id : null;
  }

  #close(): void {
    clearTimeout(this.#retry);
    this.#safe?.close();
    this.#safe = null;
    this.#isWanted = false;
    if (this.state !== locked) this.#followed.set(locked);
  }

  /** Where the key does not come, no one write waits for it for long. */
  async #opened(): Promise<void> {
    let limit: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([this.#open(), new Promise((resolve) => (limit = setTimeout(resolve, longestUnlockMs)))]);
    clearTimeout(limit);
  }

  #open(): Promise<void> {
    this.#opening ??= this.#openFor(this.#person).finally(() => (this.#opening = null));
    return this.#opening;
  }

  async #openFor(person: string | null): Promise<void> {
    const session = this.#session;
    if (person === null) return;
    if (!session.deviceKey || !OutboxSafe.isPossible) return this.#followed.set({ status: 'unavailable' });
    const { time } = this.#followed;
    try {
      const safe = await OutboxSafe.open(this.#path, person, await session.deviceKey(), () => this.#show(safe));
      if (time !== this.#followed.time || person !== this.#person) return safe.close();
      this.#safe = safe;
      this.#show(safe);
    } catch (cause) {
      if (time !== this.#followed.time || person !== this.#person) return;
      // A refusal stays one; without an answer the key is asked for again.
      if (cause instanceof Problem && cause.status < 500 && cause.status !== 401) this.#followed.set({ status: 'unavailable' });
      else this.#later();
    }
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    await this.#opening;
    while (this.#isWanted && this.#safe) {
      this.#isWanted = false;
      const safe = this.#safe;
      await safe.inTurn(() => this.#sendAll(safe)).catch(() => this.#later());
    }
    this.#isRunning = false;
  }

  async #sendAll(safe: OutboxSafe): Promise<void> {
    await safe.read();
    for (let next = nextOf(safe.entries); next; next = nextOf(safe.entries)) {
      // What one person wrote is not sent by the session of the next.
      if (safe !== this.#safe || safe.person !== this.#person || !isOnline()) break;
      if (!(await this.#send(safe, next))) break;
    }
    this.#show(safe);
  }

  /** False where the others have to wait too. */
  async #send(safe: OutboxSafe, entry: OutboxEntry): Promise<boolean> {
    this.#sending = entry.id;
    this.#show(safe);
    const outcome = await deliver(this.#session, entry);
    this.#sending = null;
    if (outcome.kind === 'later') {
      this.#later();
      return false;
    }
    this.#retryMs = firstRetryMs;
    if (outcome.kind === 'done') {
      await safe.remove(entry.id);
      this.#sentListeners.call({ entry, answer: outcome.answer });
    } else {
      const { status, code } = outcome.problem;
      await safe.put({ ...entry, status: outcome.kind, problem: { status, code } });
    }
    return true;
  }

  #later(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(this.sendNow, this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
  }

  #show(safe: OutboxSafe): void {
    if (safe !== this.#safe) return;
    const entries = safe.entries.map((entry) => (entry.id === this.#sending ? { ...entry, status: 'sending' as const } : entry));
    this.#followed.set({ status: 'ready', entries, lost: this.state.lost + safe.takeLost() });
  }
}

/** The first one that may go out: nothing overtakes what was refused in its lane. */
function nextOf(entries: readonly OutboxEntry[]): OutboxEntry | undefined {
  const held = new Set(entries.filter(({ status }) => status !== 'waiting').map(({ lane }) => lane));
  return entries.find(({ lane }) => !held.has(lane));
}

function isOnline(): boolean {
  return typeof navigator === 'undefined' || navigator.onLine !== false;
}

function whenLive(line: Line, then: () => void): () => void {
  let wasLive = line.state.status === 'live';
  return line.watchState(() => {
    const isLive = line.state.status === 'live';
    if (isLive && !wasLive) then();
    wasLive = isLive;
  });
}
