import { io, type Socket } from 'socket.io-client';
import type { AccessToken, TokenSource } from '../session/accessTokens.js';
import { askSocket, unanswered, type Acknowledged } from './askSocket.js';
import { StateHolder, type ConnectionState } from './connectionState.js';
import { LineCredentials } from './lineCredentials.js';

export interface SocketLineOptions {
  /** Origin of the server; the page's own by default. */
  url?: string;
  tokens: TokenSource;
  /** How long the connection stays open after its last user left. */
  lingerMs?: number;
  now?: () => number;
}

/** What one namespace does with its sockets, one after the other. */
export interface LineTraffic {
  /** Where to continue; null before there is a place. */
  readonly since: number | null;
  /** How long nothing was heard. */
  silenceMs(): number;
  attach(socket: Socket): void;
  interrupted(): void;
  /** The socket is left for good. */
  detach(): void;
  /** The next to listen may be another person of another organization, with another log. */
  forget(): void;
  /** What the handshake says beside the token. */
  handshake(): object;
}

/** The line to one Socket.IO namespace: its users, its credentials, its state, and the sockets that follow each other. */
export class SocketLine {
  readonly #options: SocketLineOptions;
  readonly #namespace: string;
  readonly #traffic: LineTraffic;
  readonly #state: StateHolder;
  readonly #credentials: LineCredentials;
  #users = 0;
  #linger: ReturnType<typeof setTimeout> | undefined;
  #socket: Socket | null = null;

  constructor(options: SocketLineOptions, namespace: string, traffic: LineTraffic) {
    this.#options = options;
    this.#namespace = namespace;
    this.#traffic = traffic;
    const now = options.now ?? Date.now;
    this.#state = new StateHolder(now);
    this.#credentials = new LineCredentials({
      tokens: options.tokens,
      now,
      connect: () => this.#socket?.connect(),
      renew: (token) => this.#renew(token),
      giveUp: (code) => this.refuse(code),
    });
  }

  get state(): ConnectionState {
    return this.#state.current;
  }

  watchState(watcher: () => void): () => void {
    return this.#state.watch(watcher);
  }

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

  /** Holds the line until the listener is removed. */
  whileHeld(remove: () => void): () => void {
    const release = this.hold();
    return () => {
      remove();
      release();
    };
  }

  /** Sends a request and gives what it is acknowledged with; `not_connected` or `no_answer` where nothing is. */
  request<Answer, More = object>(name: string, body: object): Promise<Acknowledged<Answer, More>> {
    const socket = this.#socket;
    if (!socket?.connected) return Promise.resolve(unanswered<More>('not_connected'));
    const asked = this.#now();
    return new Promise((resolve) => {
      const silence = () => (socket === this.#socket ? Math.min(this.#traffic.silenceMs(), this.#now() - asked) : Infinity);
      askSocket(socket, [name, body], silence, (answer) =>
        resolve(answer ? (answer as Acknowledged<Answer, More>) : unanswered<More>('no_answer')),
      );
    });
  }

  retry(): void {
    this.#credentials.forgive();
    if (this.#users > 0 && this.#state.current.status !== 'live') this.reopen();
    // Whoever holds the line next opens it: a refusal of the person before would stand in the way.
    if (this.#users === 0 && this.#state.current.status === 'refused') this.#state.set('idle');
  }

  close(): void {
    clearTimeout(this.#linger);
    this.#shut();
    this.#traffic.forget();
    this.#state.set('idle');
  }

  /** Everything that was missed has come. */
  live(): void {
    this.#credentials.accepted();
    this.#state.set('live');
  }

  /** The server has not told its position in time; then it did after all. */
  late(): void {
    if (this.#state.current.status === 'live') this.#state.set('delayed');
  }

  heard(): void {
    if (this.#state.current.status === 'delayed') this.#state.set('live');
  }

  reopen(): void {
    this.#shut();
    this.#open();
  }

  /** No further attempt until `retry`. */
  refuse(code: string): void {
    this.#shut();
    this.#state.set('refused', code);
  }

  #open(): void {
    this.#state.set(this.#statusWhileTrying());
    const socket = io(`${this.#options.url?.replace(/\/$/, '') ?? ''}${this.#namespace}`, {
      auth: (send) => void this.#present(socket, send),
      forceNew: true,
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      reconnectionDelay: 500,
      reconnectionDelayMax: 30_000,
      randomizationFactor: 0.5,
    });
    this.#socket = socket;
    this.#traffic.attach(socket);
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
    this.#traffic.detach();
    const socket = this.#socket;
    this.#socket = null;
    socket?.removeAllListeners();
    socket?.offAny();
    socket?.disconnect();
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
    if (token) send({ token: token.value, ...this.#traffic.handshake() });
    else this.refuse('signed_out');
  }

  #interrupted(reason: string): void {
    this.#credentials.ended();
    this.#traffic.interrupted();
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

  /** Renews in place: the connection and its subscription stay as they are. */
  async #renew(token: AccessToken): Promise<boolean> {
    const socket = this.#socket;
    if (!socket?.connected) return false;
    const answer = await this.request('authenticate', { token: token.value });
    if (socket !== this.#socket || !socket.connected) return false;
    if (!answer.ok) socket.io.engine.close();
    return answer.ok;
  }

  #statusWhileTrying(): 'offline' | 'connecting' | 'reconnecting' {
    if (networkIsDown()) return 'offline';
    return this.#traffic.since === null ? 'connecting' : 'reconnecting';
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }

  readonly #networkCameBack = (): void => {
    if (this.#state.current.status !== 'live') this.reopen();
  };

  readonly #networkWentAway = (): void => this.#state.set('offline');
}

function networkIsDown(): boolean {
  return typeof navigator !== 'undefined' && navigator.onLine === false;
}
