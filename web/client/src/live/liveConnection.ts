import { io, type Socket } from 'socket.io-client';
import { StateHolder, type ConnectionState } from '../connection/connectionState.js';
import { LineCredentials } from '../connection/lineCredentials.js';
import type { Gap } from '../connection/resumePoint.js';
import type { SocketEvent, SocketEventName } from '@vagus/events';
import { Listeners } from '../listeners.js';
import type { AccessToken, TokenSource } from '../session/accessTokens.js';
import type { AnyEvent } from './anyEvent.js';
import { LiveStream, type Narrowing } from './liveStream.js';

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

/**
 * One connection per signed-in person, made outside any component. It opens when the first user holds it or listens,
 * closes a little after the last one left, and tells every listener each event once, also across interruptions.
 */
export class LiveConnection {
  readonly #options: LiveConnectionOptions;
  readonly #state: StateHolder;
  readonly #stream: LiveStream;
  readonly #credentials: LineCredentials;
  readonly #events = new Listeners<AnyEvent>();
  readonly #gaps = new Listeners<Gap>();
  #users = 0;
  #linger: ReturnType<typeof setTimeout> | undefined;
  #socket: Socket | null = null;

  constructor(options: LiveConnectionOptions) {
    this.#options = options;
    const now = options.now ?? Date.now;
    this.#state = new StateHolder(now);
    this.#stream = new LiveStream({
      narrowing: narrowingOf(options),
      now,
      onCurrent: () => this.#live(),
      onEvent: (event) => this.#events.call(event),
      onGap: (gap) => this.#gaps.call(gap),
      onLate: () => this.#state.current.status === 'live' && this.#state.set('delayed'),
      onHeard: () => this.#state.current.status === 'delayed' && this.#state.set('live'),
      onDead: () => this.#reopen(),
      onRefused: (code) => this.#refuse(code),
    });
    this.#credentials = new LineCredentials({
      tokens: options.tokens,
      now,
      connect: () => this.#socket?.connect(),
      renew: (token) => this.#renew(token),
      giveUp: (code) => this.#refuse(code),
    });
  }

  get state(): ConnectionState {
    return this.#state.current;
  }

  /** The last position of the log up to which every event was delivered here; null before the first subscription. */
  get sequence(): number | null {
    return this.#stream.since;
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
    this.#credentials.forgive();
    if (this.#users > 0 && this.#state.current.status !== 'live') this.#reopen();
  }

  close(): void {
    clearTimeout(this.#linger);
    this.#shut();
    this.#stream.forget();
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
    this.#state.set(this.#statusWhileTrying());
    const socket = io(this.#options.url ?? '/', {
      auth: (send) => void this.#present(socket, send),
      forceNew: true,
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      reconnectionDelay: 500,
      reconnectionDelayMax: 30_000,
      randomizationFactor: 0.5,
    });
    this.#socket = socket;
    this.#stream.attach(socket);
    socket.on('disconnect', (reason) => this.#interrupted(reason));
    socket.on('connect_error', (error: Error & { data?: { code?: string } }) => this.#failed(socket, error.data?.code));
    globalThis.addEventListener?.('online', this.#networkCameBack);
    globalThis.addEventListener?.('offline', this.#networkWentAway);
  }

  #shut(): void {
    globalThis.removeEventListener?.('online', this.#networkCameBack);
    globalThis.removeEventListener?.('offline', this.#networkWentAway);
    this.#credentials.stopRetrying();
    this.#credentials.ended();
    this.#stream.detach();
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
    let token: AccessToken | null;
    try {
      token = await this.#credentials.present();
    } catch {
      // The sign-in server is out of reach too: end this attempt, Socket.IO makes the next one after its delay.
      if (socket === this.#socket) socket.io.engine.close();
      return;
    }
    if (socket !== this.#socket) return;
    if (token) send({ token: token.value, ...this.#stream.handshake() });
    else this.#refuse('signed_out');
  }

  #live(): void {
    this.#credentials.accepted();
    this.#state.set('live');
  }

  #interrupted(reason: string): void {
    this.#credentials.ended();
    this.#stream.interrupted();
    this.#state.set(networkIsDown() ? 'offline' : 'reconnecting');
    // Socket.IO does not come back by itself when the server ends the session: the token ran out or the role changed.
    if (reason === 'io server disconnect') this.#tryAnotherToken('session_ended');
  }

  #failed(socket: Socket, code: string | undefined): void {
    if (socket.active) this.#state.set(this.#statusWhileTrying());
    else this.#tryAnotherToken(code ?? 'refused');
  }

  #tryAnotherToken(code: string): void {
    if (this.#credentials.refused(code)) this.#state.set(this.#statusWhileTrying());
  }

  #refuse(code: string): void {
    this.#shut();
    this.#state.set('refused', code);
  }

  /** Renews in place: the connection and its subscription stay as they are. */
  async #renew(token: AccessToken): Promise<boolean> {
    const socket = this.#socket;
    if (!socket?.connected) return false;
    const answer = await this.#stream.ask(socket, 'authenticate', { token: token.value });
    if (socket !== this.#socket || !socket.connected) return false;
    if (!answer?.ok) socket.io.engine.close();
    return answer?.ok === true;
  }

  #statusWhileTrying(): 'offline' | 'connecting' | 'reconnecting' {
    if (networkIsDown()) return 'offline';
    return this.#stream.since === null ? 'connecting' : 'reconnecting';
  }

  readonly #networkCameBack = (): void => {
    if (this.#state.current.status !== 'live') this.#reopen();
  };

  readonly #networkWentAway = (): void => this.#state.set('offline');
}

function narrowingOf({ eventTypes, patientIds }: LiveConnectionOptions): Narrowing {
  return { ...(eventTypes ? { eventTypes } : {}), ...(patientIds ? { patientIds } : {}) };
}

function networkIsDown(): boolean {
  return typeof navigator !== 'undefined' && navigator.onLine === false;
}
