import { io, type Socket } from 'socket.io-client';
import { StateHolder, type ConnectionState } from '../connection/connectionState.js';
import { ResumePoint, type Gap } from '../connection/resumePoint.js';
import type { SocketEvent, SocketEventName } from '../generated/events.js';
import { Listeners } from '../listeners.js';
import { RenewalTimer, type AccessToken, type TokenSource } from '../session/accessTokens.js';
import type { AnyEvent } from './anyEvent.js';
import { LifeSigns } from './lifeSigns.js';

export interface LiveConnectionOptions {
  /** Origin of the server; the page's own by default. */
  url?: string;
  tokens: TokenSource;
  /** Narrows the stream; without them it is everything the caller may see. */
  eventTypes?: readonly string[];
  patientIds?: readonly string[];
  /** How long the connection stays open after its last user left. */
  lingerMs?: number;
  now?: () => number;
}

interface Acknowledgement {
  ok: boolean;
  sequence?: number;
  error?: { code?: string; message?: string };
}

const ackTimeoutMs = 10_000;
/** Nothing heard for this long while what was missed should be coming: it is asked for once more. */
const proofTimeoutMs = 3_000;
const longestWaitMs = 30_000;
/** Refused this often in a row, each time with another token: somebody has to sign in again. */
const refusalsUntilGivingUp = 3;

/**
 * One connection per signed-in person, made outside any component. It opens when the first user holds it or listens,
 * closes a little after the last one left, and tells every listener each event once, also across interruptions.
 */
export class LiveConnection {
  readonly #options: LiveConnectionOptions;
  readonly #now: () => number;
  readonly #state: StateHolder;
  #resume = new ResumePoint();
  readonly #renewal: RenewalTimer;
  readonly #lifeSigns: LifeSigns;
  readonly #events = new Listeners<AnyEvent>();
  readonly #gaps = new Listeners<Gap>();
  #users = 0;
  #linger: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #socket: Socket | null = null;
  #token: AccessToken | null = null;
  #refusedToken: string | undefined;
  #refusals = 0;
  /** What the handshake of this connection said about where to continue. */
  #presented: number | null = null;
  /** The server told on this connection that everything up to its position was sent, or that it cannot be. */
  #proven = false;
  /** The server said that more of the past is on its way. */
  #behind = false;
  #subscribed = false;
  #heardAt = 0;
  #proof: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LiveConnectionOptions) {
    this.#options = options;
    const now = options.now ?? Date.now;
    this.#now = now;
    this.#state = new StateHolder(now);
    this.#renewal = new RenewalTimer(now);
    this.#lifeSigns = new LifeSigns({
      now,
      onLate: () => this.#state.current.status === 'live' && this.#state.set('delayed'),
      onHeard: () => this.#state.current.status === 'delayed' && this.#state.set('live'),
      onDead: () => this.#reopen(),
    });
  }

  get state(): ConnectionState {
    return this.#state.current;
  }

  /** The last position of the log up to which every event was delivered here; null before the first subscription. */
  get sequence(): number | null {
    return this.#resume.since;
  }

  /** Tells when `state` changed. Does not open the connection. */
  watchState(watcher: () => void): () => void {
    return this.#state.watch(watcher);
  }

  /** Keeps the connection open until the returned function is called; calling that twice does nothing more. */
  hold(): () => void {
    this.#users += 1;
    clearTimeout(this.#linger);
    if (!this.#socket && this.#state.current.status !== 'refused') this.#open();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#users -= 1;
      if (this.#users === 0) this.#linger = setTimeout(() => this.close(), this.#options.lingerMs ?? 5_000);
    };
  }

  on<Name extends SocketEventName>(name: Name, listener: (payload: SocketEvent<Name>) => void): () => void {
    return this.onAny((event) => {
      if (event.name === name) listener(event.payload as unknown as SocketEvent<Name>);
    });
  }

  onAny(listener: (event: AnyEvent) => void): () => void {
    return this.#whileHeld(this.#events.add(listener));
  }

  /** Events of this part of the log are lost to this client: load again what is on screen. */
  onGap(listener: (gap: Gap) => void): () => void {
    return this.#whileHeld(this.#gaps.add(listener));
  }

  /** After signing in again: starts anew where a refusal had ended the attempts. */
  retry(): void {
    this.#refusals = 0;
    this.#refusedToken = undefined;
    if (this.#users > 0 && this.#state.current.status !== 'live') this.#reopen();
  }

  close(): void {
    clearTimeout(this.#linger);
    this.#shut();
    // The next to open it may be another person of another organization, with another log.
    this.#resume = new ResumePoint();
    this.#state.set('idle');
  }

  #whileHeld(remove: () => void): () => void {
    const release = this.hold();
    return () => {
      remove();
      release();
    };
  }

  #open(): void {
    this.#state.set(networkIsDown() ? 'offline' : this.#statusWhileTrying());
    const socket = io(this.#options.url ?? '/', {
      auth: (send) => void this.#present(socket, send),
      forceNew: true,
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      reconnectionDelay: 500,
      reconnectionDelayMax: longestWaitMs,
      randomizationFactor: 0.5,
    });
    this.#socket = socket;
    socket.on('connect', () => void this.#join(socket));
    socket.on('disconnect', (reason) => this.#interrupted(reason));
    socket.on('connect_error', (error: Error & { data?: { code?: string } }) => this.#failed(socket, error.data?.code));
    socket.onAny((name: string, payload: unknown) => this.#received(name, payload));
    globalThis.addEventListener?.('online', this.#networkCameBack);
    globalThis.addEventListener?.('offline', this.#networkWentAway);
  }

  #shut(): void {
    globalThis.removeEventListener?.('online', this.#networkCameBack);
    globalThis.removeEventListener?.('offline', this.#networkWentAway);
    clearTimeout(this.#retry);
    this.#lineEnded();
    this.#subscribed = false;
    const socket = this.#socket;
    this.#socket = null;
    socket?.removeAllListeners();
    socket?.offAny();
    socket?.disconnect();
  }

  #reopen(): void {
    this.#shut();
    this.#open();
  }

  /** Socket.IO asks for credentials at every attempt, so a stale token is never presented twice. */
  async #present(socket: Socket, send: (credentials: object) => void): Promise<void> {
    try {
      this.#token = await this.#options.tokens(this.#refusedToken);
    } catch {
      // The sign-in server is out of reach too: end this attempt, Socket.IO makes the next one after its delay.
      if (socket === this.#socket) socket.io.engine.close();
      return;
    }
    if (socket !== this.#socket) return;
    if (!this.#token) return this.#refuse('signed_out');
    this.#presented = this.#narrowed ? null : this.#resume.since;
    this.#proven = false;
    this.#behind = false;
    send({ token: this.#token.value, ...(this.#presented === null ? {} : { since: this.#presented }) });
  }

  /** The server's acknowledgement, or null when neither it nor anything else came for a while: a long replay may go before it. */
  #ask(socket: Socket, request: string, body: object): Promise<Acknowledgement | null> {
    this.#heardAt = this.#now();
    return new Promise((resolve) => {
      const look = setInterval(() => {
        if (this.#now() - this.#heardAt >= ackTimeoutMs) answer(null);
      }, 1_000);
      const answer = (acknowledgement: Acknowledgement | null): void => {
        clearInterval(look);
        resolve(acknowledgement);
      };
      socket.emit(request, body, answer);
    });
  }

  get #isLive(): boolean {
    return this.#state.current.status === 'live' || this.#state.current.status === 'delayed';
  }

  /** A narrowed stream resumes with its subscription: what the handshake asks for is everything. */
  get #narrowed(): boolean {
    return this.#options.eventTypes !== undefined || this.#options.patientIds !== undefined;
  }

  async #join(socket: Socket): Promise<void> {
    // Socket.IO restored the connection: same subscriptions, nothing missing.
    if (socket.recovered && this.#subscribed) return this.#proven ? this.#live() : this.#awaitProof(socket);
    const presented = this.#presented;
    const head = await this.#subscribe(socket, presented === null ? this.#resume.since : null);
    if (head === null) return;
    this.#subscribed = true;
    // What was missed since the handshake's position comes first; the server ends it with its position, or says gap.
    if (!this.#behind && (presented === null || head <= presented || this.#proven)) this.#live();
    else this.#awaitProof(socket);
  }

  /** The end of the log at the moment of subscribing; null where there is no subscription. */
  async #subscribe(socket: Socket, since: number | null): Promise<number | null> {
    const { eventTypes, patientIds } = this.#options;
    const answer = await this.#ask(socket, 'subscribe', {
      ...(eventTypes ? { eventTypes } : {}),
      ...(patientIds ? { patientIds } : {}),
      ...(since === null ? {} : { since }),
    });
    if (socket !== this.#socket || !socket.connected) return null;
    // Closing the engine would wait for what a dead line never takes.
    if (!answer) this.#reopen();
    else if (!answer.ok) this.#refuse(answer.error?.code ?? 'refused');
    if (!answer?.ok) return null;
    const head = answer.sequence ?? 0;
    this.#follow(head);
    return head;
  }

  #awaitProof(socket: Socket): void {
    clearTimeout(this.#proof);
    this.#proof = setTimeout(() => void this.#askAgain(socket), proofTimeoutMs);
  }

  async #askAgain(socket: Socket): Promise<void> {
    this.#proof = undefined;
    if (socket !== this.#socket || !socket.connected) return;
    if ((await this.#subscribe(socket, this.#resume.since)) !== null) this.#live();
  }

  #live(): void {
    clearTimeout(this.#proof);
    this.#proof = undefined;
    this.#refusals = 0;
    this.#refusedToken = undefined;
    this.#renewInTime();
    this.#state.set('live');
  }

  #follow(head: number): void {
    const before = this.#resume.since;
    if (!this.#resume.subscribed(head)) this.#gaps.call({ from: head, to: before ?? head });
  }

  #received(name: string, payload: unknown): void {
    if (typeof payload !== 'object' || payload === null) return;
    this.#heardAt = this.#now();
    const { sequence } = payload as { sequence?: unknown };
    if (name === 'position') return this.#reached(payload as Position);
    if (name === 'gap') return this.#missed(payload as Gap);
    // Notifications and presence are not part of the log and carry no sequence.
    if (typeof sequence === 'number') {
      this.#lifeSigns.heard();
      if (this.#proof !== undefined && this.#socket) this.#awaitProof(this.#socket);
      if (!this.#resume.accept(sequence)) return;
    }
    this.#events.call({ name, payload: payload as AnyEvent['payload'] });
  }

  #reached({ sequence, live }: Position): void {
    if (typeof sequence !== 'number') return;
    this.#lifeSigns.position();
    // A position on the way says how far the server is, and that there is more of the past to come.
    this.#behind = live === false;
    // Before a narrowed stream has its subscription, the position speaks of another stream than the one to be continued.
    if (!this.#narrowed || this.#isLive) {
      this.#resume.reached(sequence);
      this.#proven = !this.#behind;
    }
    if (this.#proof !== undefined && !this.#behind) this.#live();
  }

  #missed(gap: Gap): void {
    this.#lifeSigns.heard();
    this.#resume.skipTo(gap.to);
    this.#gaps.call(gap);
    this.#proven = true;
    if (this.#proof !== undefined) this.#live();
  }

  #lineEnded(): void {
    clearTimeout(this.#proof);
    this.#proof = undefined;
    this.#lifeSigns.stop();
    this.#renewal.stop();
    this.#resume.interrupted();
  }

  #interrupted(reason: string): void {
    this.#lineEnded();
    this.#state.set(networkIsDown() ? 'offline' : 'reconnecting');
    // Socket.IO does not come back by itself when the server ends the session: the token ran out or the role changed.
    if (reason === 'io server disconnect') this.#tryAnotherToken('session_ended');
  }

  #failed(socket: Socket, code: string | undefined): void {
    if (socket.active) this.#state.set(networkIsDown() ? 'offline' : this.#statusWhileTrying());
    else this.#tryAnotherToken(code ?? 'refused');
  }

  #tryAnotherToken(code: string): void {
    this.#refusedToken = this.#token?.value;
    this.#refusals += 1;
    if (this.#refusals >= refusalsUntilGivingUp) return this.#refuse(code);
    this.#state.set(this.#statusWhileTrying());
    const wait = this.#refusals === 1 ? 0 : Math.random() * Math.min(longestWaitMs, 500 * 2 ** this.#refusals);
    this.#retry = setTimeout(() => this.#socket?.connect(), wait);
  }

  #refuse(code: string): void {
    this.#shut();
    this.#state.set('refused', code);
  }

  #renewInTime(): void {
    if (this.#token) this.#renewal.start(this.#token, () => void this.#renew());
  }

  /** Renews in place: the connection and its subscription stay as they are. */
  async #renew(): Promise<void> {
    const socket = this.#socket;
    if (!socket?.connected) return;
    try {
      const token = await this.#options.tokens(this.#token?.value);
      if (socket !== this.#socket) return;
      if (!token) return this.#refuse('signed_out');
      this.#token = token;
    } catch {
      // Out of reach for now. The timer waits at least a second; in the worst case the server ends the session.
      return this.#renewInTime();
    }
    const answer = await this.#ask(socket, 'authenticate', { token: this.#token.value });
    if (socket !== this.#socket || !socket.connected) return;
    if (answer?.ok) this.#renewInTime();
    else socket.io.engine.close();
  }

  #statusWhileTrying(): 'connecting' | 'reconnecting' {
    return this.#resume.since === null ? 'connecting' : 'reconnecting';
  }

  readonly #networkCameBack = (): void => {
    if (this.#state.current.status !== 'live') this.#reopen();
  };

  readonly #networkWentAway = (): void => this.#state.set('offline');
}

interface Position {
  readonly sequence?: unknown;
  readonly live?: unknown;
}

function networkIsDown(): boolean {
  return typeof navigator !== 'undefined' && navigator.onLine === false;
}
