import { StateHolder, type ConnectionState } from '../connection/connectionState.js';
import { LineCredentials } from '../connection/lineCredentials.js';
import { ResumePoint, type Gap } from '../connection/resumePoint.js';
import { Listeners } from '../listeners.js';
import type { AccessToken, TokenSource } from '../session/accessTokens.js';
import { readFrame, readUpdate, writeFrame, type ResourceUpdate } from './resourceFrames.js';

export interface ResourceWatchOptions {
  tokens: TokenSource;
  /** `ws:` or `wss:` address; `/ws` of the page's own origin by default. */
  url?: string;
  /** All types by default. */
  resourceTypes?: readonly string[];
  /** All that the caller may see by default. */
  patientIds?: readonly string[];
  /** Where the data on screen was current, if that is known: nothing after it is missed. */
  since?: number | null;
  now?: () => number;
}

const pingEveryMs = 15_000;
/** The server repeats its position and answers pings. Nothing of that for so long: the screen may be old, then the line is dead. */
const lateAfterMs = 30_000;
const silenceLimitMs = 45_000;

/**
 * Changes of FHIR resources through the raw WebSocket. One watch is one connection with one subscription, so its
 * stream has one order and an interruption resumes exactly.
 */
export class ResourceWatch {
  readonly #options: ResourceWatchOptions;
  readonly #now: () => number;
  readonly #state: StateHolder;
  readonly #resume: ResumePoint;
  readonly #credentials: LineCredentials;
  readonly #updates = new Listeners<ResourceUpdate>();
  readonly #gaps = new Listeners<Gap>();
  #socket: WebSocket | null = null;
  #clientId: string | undefined;
  /** The server knows this client with its subscription, so that it can be resumed as it was. */
  #subscribed = false;
  /** The server said that more of the past is on its way. */
  #behind = false;
  #heardAt = 0;
  #heartbeat: ReturnType<typeof setInterval> | undefined;

  constructor(options: ResourceWatchOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#state = new StateHolder(this.#now);
    this.#resume = new ResumePoint(options.since ?? null);
    this.#credentials = new LineCredentials({
      tokens: options.tokens,
      now: this.#now,
      connect: () => void this.#connect(),
      renew: (token) => this.#renew(token),
      giveUp: (code) => this.#refuse(code),
    });
  }

  get state(): ConnectionState {
    return this.#state.current;
  }

  watchState(watcher: () => void): () => void {
    return this.#state.watch(watcher);
  }

  onUpdate(listener: (update: ResourceUpdate) => void): () => void {
    return this.#updates.add(listener);
  }

  onGap(listener: (gap: Gap) => void): () => void {
    return this.#gaps.add(listener);
  }

  open(): void {
    if (this.#state.current.status !== 'idle') return;
    globalThis.addEventListener?.('online', this.#networkCameBack);
    this.#state.set('connecting');
    void this.#connect();
  }

  close(): void {
    this.#end();
    this.#state.set('idle');
  }

  #end(): void {
    globalThis.removeEventListener?.('online', this.#networkCameBack);
    this.#credentials.stopRetrying();
    this.#drop();
  }

  #drop(): void {
    clearInterval(this.#heartbeat);
    this.#credentials.ended();
    this.#resume.interrupted();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  async #connect(): Promise<void> {
    let token: AccessToken | null;
    try {
      token = await this.#credentials.present();
    } catch {
      // Another attempt may have connected in the meantime.
      if (!this.#socket) this.#again();
      return;
    }
    if (this.#isClosed() || this.#socket) return;
    if (!token) return this.#refuse('signed_out');
    const socket = new WebSocket(this.#options.url ?? ownAddress());
    this.#socket = socket;
    this.#behind = false;
    this.#heardAt = this.#now();
    socket.addEventListener('open', () => {
      const { since } = this.#resume;
      const resume = this.#clientId && this.#subscribed && since !== null ? { client_id: this.#clientId, since } : {};
      socket.send(writeFrame('authenticate', { token: token.value, ...resume }));
    });
    socket.addEventListener('message', (message) => {
      if (socket === this.#socket) this.#heard(socket, message.data);
    });
    socket.addEventListener('close', () => {
      if (socket === this.#socket) this.#again();
    });
  }

  #heard(socket: WebSocket, message: unknown): void {
    this.#heardAt = this.#now();
    if (this.#state.current.status === 'delayed') this.#state.set('live');
    const frame = readFrame(message);
    if (frame?.type === 'welcome') this.#welcomed(socket, frame.data);
    else if (frame?.type === 'subscribed') this.#live(frame.data);
    else if (frame?.type === 'update') this.#changed(frame.data);
    else if (frame?.type === 'position' || frame?.type === 'pong') this.#reached(frame.data);
    else if (frame?.type === 'gap') this.#missed(frame.data);
    else if (frame?.type === 'error') this.#refusedWith(String(frame.data['code'] ?? 'refused'));
  }

  #welcomed(socket: WebSocket, welcome: Readonly<Record<string, unknown>>): void {
    if (typeof welcome['client_id'] === 'string') this.#clientId = welcome['client_id'];
    const head = typeof welcome['sequence'] === 'number' ? welcome['sequence'] : null;
    // Taken over with its subscription: what was missed comes by itself.
    if (welcome['resumed'] === true && this.#subscribed) this.#live(welcome);
    else this.#subscribe(socket, head);
  }

  #subscribe(socket: WebSocket, head: number | null): void {
    this.#subscribed = false;
    const since = this.#resume.since ?? head;
    socket.send(
      writeFrame('subscribe', {
        subscription_id: 'watch',
        resource_types: this.#options.resourceTypes ?? ['*'],
        patient_ids: this.#options.patientIds ?? [],
        ...(since === null ? {} : { since }),
      }),
    );
    if (head !== null) this.#follow(head);
  }

  #live(subscribed: Readonly<Record<string, unknown>>): void {
    if (typeof subscribed['sequence'] === 'number') this.#follow(subscribed['sequence']);
    this.#subscribed = true;
    this.#credentials.accepted();
    clearInterval(this.#heartbeat);
    this.#heartbeat = setInterval(() => this.#beat(), pingEveryMs);
    if (!this.#behind) this.#state.set('live');
  }

  #follow(head: number): void {
    const before = this.#resume.since;
    if (!this.#resume.subscribed(head)) this.#gaps.call({ from: head, to: before ?? head });
  }

  /** Up to here everything was sent. A pong before the subscription speaks of nothing. */
  #reached({ sequence, live }: Readonly<Record<string, unknown>>): void {
    if (typeof live === 'boolean') this.#behind = !live;
    if (!this.#subscribed) return;
    if (typeof sequence === 'number') this.#resume.reached(sequence);
    // The end of a replay.
    if (live === true && this.#state.current.status !== 'live') this.#state.set('live');
  }

  #changed(data: Readonly<Record<string, unknown>>): void {
    const update = readUpdate(data);
    if (update && this.#resume.accept(update.sequence)) this.#updates.call(update);
  }

  #missed(data: Readonly<Record<string, unknown>>): void {
    const { from, to } = data;
    if (typeof from !== 'number' || typeof to !== 'number') return;
    this.#resume.skipTo(to);
    this.#gaps.call({ from, to });
  }

  #refusedWith(code: string): void {
    this.#drop();
    if (this.#credentials.refused(code)) this.#state.set(this.#statusWhileTrying());
  }

  #refuse(code: string): void {
    this.#end();
    this.#state.set('refused', code);
  }

  #again(): void {
    this.#drop();
    if (this.#isClosed()) return;
    this.#state.set(this.#statusWhileTrying());
    this.#credentials.interrupted();
  }

  #beat(): void {
    const silence = this.#now() - this.#heardAt;
    if (silence >= silenceLimitMs) return this.#again();
    if (silence >= lateAfterMs) this.#state.set('delayed');
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(writeFrame('ping', {}));
  }

  #renew({ value: token }: AccessToken): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(writeFrame('authenticate', { token }));
    return true;
  }

  #statusWhileTrying(): 'connecting' | 'reconnecting' {
    return this.#resume.since === null ? 'connecting' : 'reconnecting';
  }

  #isClosed(): boolean {
    const { status } = this.#state.current;
    return status === 'idle' || status === 'refused';
  }

  readonly #networkCameBack = (): void => {
    if (this.#socket || this.#isClosed()) return;
    this.#credentials.stopRetrying();
    void this.#connect();
  };
}

function ownAddress(): string {
  const { protocol, host } = globalThis.location;
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/ws`;
}
