import type { Socket } from 'socket.io-client';
import { LifeSigns } from '../connection/lifeSigns.js';
import type { Gap } from '../connection/resumePoint.js';
import type { LineTraffic } from '../connection/socketLine.js';
import type { MessagingEventName } from './messages.js';

interface MessageStreamOptions {
  now: () => number;
  /** Everything that was missed has come. */
  onCurrent: () => void;
  onEvent: (name: MessagingEventName, payload: object) => void;
  onGap: (gap: Gap) => void;
  onLate: () => void;
  onHeard: () => void;
  onDead: () => void;
}

/** Silence of this length where the end of a replay should come: the line is made anew. */
const proofTimeoutMs = 10_000;
/** A replay begins at the last position, and so repeats what came after it. */
const rememberTold = 1_000;

const names: ReadonlySet<string> = new Set<MessagingEventName>([
  'connected', 'new_message', 'message_sent', 'message_read', 'message_retracted', 'user_typing', 'unread',
]);

/**
 * What `/messaging` sends. Its messages count by thread and not by the log, so the place to continue is the position alone, and a
 * message is known by its id.
 */
export class MessageStream implements LineTraffic {
  readonly #options: MessageStreamOptions;
  readonly #lifeSigns: LifeSigns;
  readonly #told = new Set<string>();
  #since: number | null = null;
  #presented = false;
  #hasConnected = false;
  #heardAt = 0;
  #proof: ReturnType<typeof setTimeout> | undefined;

  constructor(options: MessageStreamOptions) {
    this.#options = options;
    const { now, onLate, onHeard, onDead } = options;
    this.#lifeSigns = new LifeSigns({ now, onLate, onHeard, onDead });
  }

  get since(): number | null {
    return this.#since;
  }

  silenceMs(): number {
    return this.#options.now() - this.#heardAt;
  }

  attach(socket: Socket): void {
    socket.on('connect', () => this.#connected(socket));
    socket.onAny((name: string, payload: unknown) => this.#received(name, payload));
  }

  interrupted(): void {
    clearTimeout(this.#proof);
    this.#proof = undefined;
    this.#lifeSigns.stop();
  }

  detach(): void {
    this.interrupted();
  }

  forget(): void {
    this.#since = null;
    this.#hasConnected = false;
    this.#told.clear();
  }

  handshake(): { since?: number } {
    this.#presented = this.#since !== null;
    return this.#since === null ? {} : { since: this.#since };
  }

  #connected(socket: Socket): void {
    const isAgain = this.#hasConnected;
    this.#hasConnected = true;
    if (!socket.recovered && this.#presented) return this.#awaitProof();
    this.#options.onCurrent();
    // Interrupted before the first position: where to continue is not known, so what came meanwhile is not told.
    if (!socket.recovered && isAgain) this.#options.onGap({ from: 0, to: 0 });
  }

  #awaitProof(): void {
    clearTimeout(this.#proof);
    this.#proof = setTimeout(() => this.#options.onDead(), proofTimeoutMs);
  }

  #becomeCurrent(): void {
    this.#presented = false;
    if (this.#proof === undefined) return;
    clearTimeout(this.#proof);
    this.#proof = undefined;
    this.#options.onCurrent();
  }

  #received(name: string, payload: unknown): void {
    if (typeof payload !== 'object' || payload === null) return;
    this.#heardAt = this.#options.now();
    if (name === 'position') return this.#reached(payload as { sequence?: unknown; live?: unknown });
    if (name === 'gap') return this.#missed(payload as Gap);
    this.#lifeSigns.heard();
    if (this.#proof !== undefined) this.#awaitProof();
    if (names.has(name) && this.#isNew(name, payload)) this.#options.onEvent(name as MessagingEventName, payload);
  }

  #reached({ sequence, live }: { sequence?: unknown; live?: unknown }): void {
    if (typeof sequence !== 'number') return;
    this.#lifeSigns.position();
    this.#since = sequence;
    if (live === false) {
      if (this.#proof !== undefined) this.#awaitProof();
    } else this.#becomeCurrent();
  }

  #missed(gap: Gap): void {
    this.#lifeSigns.heard();
    this.#since = gap.to;
    this.#options.onGap(gap);
    this.#becomeCurrent();
  }

  #isNew(name: string, payload: object): boolean {
    if (name !== 'new_message' && name !== 'message_sent') return true;
    const { id } = payload as { id?: unknown };
    const key = `${name} ${String(id)}`;
    if (this.#told.has(key)) return false;
    this.#told.add(key);
    if (this.#told.size > rememberTold) this.#told.delete(this.#told.values().next().value!);
    return true;
  }
}
