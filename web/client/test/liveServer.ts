import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';

export interface Subscription {
  since?: number;
  eventTypes?: string[];
  patientIds?: string[];
  search?: string;
}

/** A real Socket.IO server with a log, as the browser sees Vagus. */
export class LiveServer {
  readonly tokens: unknown[] = [];
  /** Where each handshake asked to continue. */
  readonly handshakes: (number | undefined)[] = [];
  readonly subscriptions: Subscription[] = [];
  readonly authenticated: unknown[] = [];
  refuses: (token: unknown) => string | null = () => null;
  /** Hears subscriptions and does not answer. */
  silent = false;
  afterSubscribe: (socket: Socket) => void = () => {};
  beforeSubscribe: (socket: Socket) => void = () => {};
  onSearch: (socket: Socket, request: Subscription, answer: (reply: object) => void) => void = () => {};
  onUnsubscribe: (subscriptionId: string) => void = () => {};
  /** What is answered to commands of the contract, by name. */
  readonly commands = new Map<string, (body: unknown) => object>();
  /** What is answered to requests such as `GET /api/alerts`, by their path without the query. */
  readonly answers = new Map<string, (query: URLSearchParams, body: unknown) => unknown>();
  readonly requests: string[] = [];
  /** `fetch` as somebody who is signed in. */
  readonly session = { fetch: (address: string, init?: RequestInit) => fetch(`${this.url}${address}`, init) };
  /** What a handshake with `since` gets before anything else. */
  resume: (socket: Socket, since: number) => void = (socket, since) => {
    this.replay(socket, since);
    socket.emit('position', { sequence: this.head, live: true });
  };
  readonly log: { name: string; sequence: number }[] = [];
  #http!: HttpServer;
  #io!: Server;

  static async start(options: { recovers?: boolean } = {}): Promise<LiveServer> {
    const server = new LiveServer();
    server.#http = createServer((request, response) => void server.#answer(request, response));
    server.#io = new Server(server.#http, options.recovers ? { connectionStateRecovery: { skipMiddlewares: false } } : {});
    server.#io.use((socket, next) => {
      const { token, since } = socket.handshake.auth;
      server.tokens.push(token);
      server.handshakes.push(since);
      const code = server.refuses(token);
      next(code ? Object.assign(new Error(code), { data: { code } }) : undefined);
    });
    server.#io.on('connection', (socket) => server.#serve(socket));
    await new Promise<void>((resolve) => server.#http.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  get connections(): number {
    return this.#io.of('/').sockets.size;
  }

  get head(): number {
    return this.log.at(-1)?.sequence ?? 0;
  }

  publish(name: string, sequence = this.head + 1): void {
    this.log.push({ name, sequence });
    this.#io.emit(name, stamped(sequence));
  }

  remember(name: string): void {
    this.log.push({ name, sequence: this.head + 1 });
  }

  emit(name: string, payload: object): void {
    this.#io.emit(name, payload);
  }

  dropTransports(): void {
    for (const socket of this.#io.of('/').sockets.values()) socket.conn.close();
  }

  endSessions(): void {
    this.#io.disconnectSockets();
  }

  stop(): Promise<void> {
    return this.#io.close();
  }

  /** Another namespace of the same server. */
  of(name: string): ReturnType<Server['of']> {
    return this.#io.of(name);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server');
    let text = '';
    for await (const part of request) text += String(part);
    this.requests.push(`${request.method} ${request.url}`);
    const answer = this.answers.get(`${request.method} ${pathname}`);
    const value: unknown = await answer?.(searchParams, text === '' ? undefined : JSON.parse(text));
    const status = answer === undefined ? 404 : typeof value === 'number' ? value : 200;
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(status === 200 ? (value ?? {}) : { code: `code_${status}`, title: 'Refused.' }));
  }

  #serve(socket: Socket): void {
    const { since } = socket.handshake.auth;
    if (typeof since === 'number' && !socket.recovered) this.resume(socket, since);
    if (socket.recovered) socket.emit('position', { sequence: this.head, live: true });
    socket.on('unsubscribe', (request: { subscriptionId: string }, answer: (reply: object) => void) => {
      this.onUnsubscribe(request.subscriptionId);
      answer({ ok: true });
    });
    socket.onAny((name: string, body: unknown, answer: unknown) => {
      const command = this.commands.get(name);
      if (command && typeof answer === 'function') (answer as (reply: object) => void)(command(body));
    });
    socket.on('subscribe', (request: Subscription, answer: (reply: object) => void) => {
      if (request.search !== undefined) return this.onSearch(socket, request, answer);
      this.subscriptions.push(request);
      this.beforeSubscribe(socket);
      if (this.silent) return;
      answer({ ok: true, subscriptionId: 's1', sequence: this.head });
      if (request.since !== undefined) this.replay(socket, request.since);
      this.afterSubscribe(socket);
    });
    socket.on('authenticate', (request: { token: unknown }, answer: (reply: object) => void) => {
      this.authenticated.push(request.token);
      answer({ ok: true });
    });
  }

  replay(socket: Socket, since: number): void {
    for (const { name, sequence } of this.log) if (sequence > since) socket.emit(name, stamped(sequence));
  }
}

export function stamped(sequence: number): object {
  return { id: 'a1', eventId: `e${sequence}`, sequence, occurredAt: '2026-11-21T09:00:00Z', patientId: 'p1' };
}
