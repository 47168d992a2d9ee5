import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';

interface Entry {
  readonly name: string;
  readonly payload: Readonly<Record<string, unknown>> & { readonly sequence: number };
}

/** The log, and Socket.IO that replays it and goes on with it. */
export class EventSockets {
  readonly #server: Server;
  readonly #log: Entry[] = [];

  constructor(http: HttpServer, knows: (token: string) => boolean) {
    this.#server = new Server(http, { serveClient: false });
    for (const namespace of [this.#server.of('/'), this.#server.of('/messaging')]) {
      namespace.use((socket, next) => {
        const known = knows(String(socket.handshake.auth['token']));
        next(known ? undefined : Object.assign(new Error('refused'), { data: { code: 'token_expired' } }));
      });
    }
    this.#server.on('connection', (socket) => this.#serve(socket));
    this.#server.of('/messaging').on('connection', (socket) => socket.emit('connected', { userId: 'user-1', role: 'nurse', unread: 1 }));
  }

  get sequence(): number {
    return this.#log.length;
  }

  publish(name: string, data: Record<string, unknown>, patientId: string | null): void {
    const stamp = { eventId: `event-${this.sequence + 1}`, sequence: this.sequence + 1, occurredAt: new Date().toISOString() };
    const payload = { ...data, ...stamp, patientId };
    this.#log.push({ name, payload });
    this.#server.emit(name, payload);
  }

  /** Takes a position of the log without being sent here. */
  skipPosition(): void {
    this.#log.push({ name: 'resource', payload: { sequence: this.sequence + 1 } });
  }

  /** Tells everybody on `/messaging`. */
  tellMessage(name: string, payload: object): void {
    this.#server.of('/messaging').emit(name, payload);
  }

  sayGap(): void {
    this.#server.emit('gap', { from: this.sequence, to: this.sequence });
  }

  endSessions(): void {
    this.#server.disconnectSockets();
    this.#server.of('/messaging').disconnectSockets();
  }

  dropAll(): void {
    for (const namespace of ['/', '/messaging']) {
      for (const socket of this.#server.of(namespace).sockets.values()) socket.conn.close();
    }
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  #serve(socket: Socket): void {
    const { since: from } = socket.handshake.auth as { since?: number };
    if (from !== undefined) {
      this.#replay(socket, from);
      socket.emit('position', { sequence: this.sequence });
    }
    socket.on('subscribe', ({ since }: { since?: number }, acknowledge: (reply: object) => void) => {
      acknowledge({ ok: true, subscriptionId: 's1', sequence: this.sequence });
      if (since !== undefined) this.#replay(socket, since);
    });
    socket.on('authenticate', (_request: unknown, acknowledge: (reply: object) => void) => acknowledge({ ok: true }));
  }

  #replay(socket: Socket, since: number): void {
    for (const { name, payload } of this.#log) if (payload.sequence > since) socket.emit(name, payload);
  }
}
