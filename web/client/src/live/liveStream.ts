import type { Socket } from 'socket.io-client';
import { askSocket, type Acknowledgement } from '../connection/askSocket.js';
import { LifeSigns } from '../connection/lifeSigns.js';
import { ResumePoint, type Gap } from '../connection/resumePoint.js';
import type { LineTraffic } from '../connection/socketLine.js';
import type { AnyEvent } from './anyEvent.js';
import type { SearchChange } from './liveSearch.js';
import type { OpenSearches } from './openSearches.js';

/** What the stream is narrowed to; without either it is everything the caller may see. */
export interface Narrowing {
  readonly eventTypes?: readonly string[];
  readonly patientIds?: readonly string[];
}

interface LiveStreamOptions {
  narrowing: Narrowing;
  now: () => number;
  searches: OpenSearches;
  /** Subscribed, and everything that was missed has come. */
  onCurrent: () => void;
  onEvent: (event: AnyEvent) => void;
  onGap: (gap: Gap) => void;
  /** No position was heard in time; then one was after all. */
  onLate: () => void;
  onHeard: () => void;
  /** The socket is dead, however open it looks. */
  onDead: () => void;
  /** The server refused the subscription. */
  onRefused: (code: string) => void;
}

/** Silence of this length while what was missed should be coming: it is asked for once more. */
const proofTimeoutMs = 3_000;

/** The stream of events over one socket after the other: its subscription, what was missed between them, and the proof that nothing is. */
export class LiveStream implements LineTraffic {
  readonly #options: LiveStreamOptions;
  readonly #narrowed: boolean;
  readonly #lifeSigns: LifeSigns;
  #resume = new ResumePoint();
  #socket: Socket | null = null;
  /** What the handshake of this connection said about where to continue. */
  #presented: number | null = null;
  /** The server told on this connection that everything up to its position was sent, or that it cannot be. */
  #proven = false;
  /** The server said that more of the past is on its way. */
  #behind = false;
  #subscribed = false;
  #current = false;
  #heardAt = 0;
  #proof: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LiveStreamOptions) {
    this.#options = options;
    const { narrowing, now, onLate, onHeard, onDead } = options;
    // A narrowed stream resumes with its subscription: what the handshake asks for is everything.
    this.#narrowed = narrowing.eventTypes !== undefined || narrowing.patientIds !== undefined;
    this.#lifeSigns = new LifeSigns({ now, onLate, onHeard, onDead });
  }

  /** Up to here every event was delivered; null before the first subscription. */
  get since(): number | null {
    return this.#resume.since;
  }

  attach(socket: Socket): void {
    this.#socket = socket;
    socket.on('connect', () => void this.#join(socket));
    socket.onAny((name: string, payload: unknown) => this.#received(name, payload));
  }

  /** The socket is left for good. */
  detach(): void {
    this.interrupted();
    this.#subscribed = false;
    this.#socket = null;
  }

  interrupted(): void {
    clearTimeout(this.#proof);
    this.#proof = undefined;
    this.#current = false;
    this.#options.searches.interrupted();
    this.#lifeSigns.stop();
    this.#resume.interrupted();
  }

  /** The next to listen may be another person of another organization, with another log. */
  forget(): void {
    this.#resume = new ResumePoint();
    this.#options.searches.forget();
  }

  /** What the handshake of a new connection says about where to continue. */
  handshake(): { since?: number } {
    this.#presented = this.#narrowed ? null : this.#resume.since;
    this.#proven = false;
    this.#behind = false;
    return this.#presented === null ? {} : { since: this.#presented };
  }

  silenceMs(): number {
    return this.#options.now() - this.#heardAt;
  }

  /** Sends a request on the connection that stands; without an answer where there is none, or where it ends before. */
  send(request: string, body: object, answered: (answer: Acknowledgement) => void): void {
    if (this.#socket?.connected) this.#socket.emit(request, body, answered);
  }

  async #join(socket: Socket): Promise<void> {
    // Socket.IO restored the connection: same subscriptions, nothing missing.
    if (socket.recovered && this.#subscribed) {
      this.#options.searches.joined({ restored: true });
      return this.#proven ? this.#becomeCurrent() : this.#awaitProof(socket);
    }
    const presented = this.#presented;
    const head = await this.#subscribe(socket, presented === null ? this.#resume.since : null);
    if (head === null) return;
    this.#subscribed = true;
    this.#options.searches.joined({ restored: false });
    // What was missed since the handshake's position comes first; the server ends it with its position, or says gap.
    if (!this.#behind && (presented === null || head <= presented || this.#proven)) this.#becomeCurrent();
    else this.#awaitProof(socket);
  }

  /** The end of the log at the moment of subscribing; null where there is no subscription. */
  async #subscribe(socket: Socket, since: number | null): Promise<number | null> {
    const request = { ...this.#options.narrowing, ...(since === null ? {} : { since }) };
    // A long replay may go before the answer.
    this.#heardAt = this.#options.now();
    const answer = await new Promise<Acknowledgement | null>((resolve) =>
      askSocket(socket, ['subscribe', request], () => this.silenceMs(), resolve),
    );
    if (socket !== this.#socket || !socket.connected) return null;
    // Closing the engine would wait for what a dead line never takes.
    if (!answer) this.#options.onDead();
    else if (!answer.ok) this.#options.onRefused(answer.error?.code ?? 'refused');
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
    if ((await this.#subscribe(socket, this.#resume.since)) !== null) this.#becomeCurrent();
  }

  #becomeCurrent(): void {
    clearTimeout(this.#proof);
    this.#proof = undefined;
    this.#current = true;
    this.#options.onCurrent();
  }

  #follow(head: number): void {
    const before = this.#resume.since;
    if (!this.#resume.subscribed(head)) this.#options.onGap({ from: head, to: before ?? head });
  }

  #received(name: string, payload: unknown): void {
    if (typeof payload !== 'object' || payload === null) return;
    this.#heardAt = this.#options.now();
    const { sequence } = payload as { sequence?: unknown };
    if (name === 'position') return this.#reached(payload as Position);
    if (name === 'gap') return this.#missed(payload as Gap);
    if (name === 'search_changed') return this.#searchChanged(payload as SearchChange & { subscriptionId: string });
    // Presence is not part of the log and carries no sequence.
    if (typeof sequence === 'number') {
      this.#lifeSigns.heard();
      if (this.#proof !== undefined && this.#socket) this.#awaitProof(this.#socket);
      if (!this.#resume.accept(sequence)) return;
    }
    this.#options.onEvent({ name, payload: payload as AnyEvent['payload'] });
  }

  #reached({ sequence, live }: Position): void {
    if (typeof sequence !== 'number') return;
    this.#lifeSigns.position();
    // A position on the way says how far the server is, and that there is more of the past to come.
    this.#behind = live === false;
    // Before a narrowed stream has its subscription, the position speaks of another stream than the one to be continued.
    if (!this.#narrowed || this.#current) {
      this.#resume.reached(sequence);
      this.#proven = !this.#behind;
    }
    if (!this.#behind) this.#options.searches.reached(sequence);
    if (this.#proof !== undefined && !this.#behind) this.#becomeCurrent();
  }

  /** The change of a search has the sequence of an event that may come as well: it is no event of the stream. */
  #searchChanged(change: SearchChange & { subscriptionId: string }): void {
    this.#lifeSigns.heard();
    this.#options.searches.changed(change);
  }

  #missed(gap: Gap): void {
    this.#lifeSigns.heard();
    this.#resume.skipTo(gap.to);
    this.#options.onGap(gap);
    this.#proven = true;
    if (this.#proof !== undefined) this.#becomeCurrent();
  }
}

interface Position {
  readonly sequence?: unknown;
  readonly live?: unknown;
}
