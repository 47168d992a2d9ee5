import type { Namespace, Socket } from 'socket.io';
import type { Message } from '../src/index';
import type { LiveServer } from './liveServer';

/** The namespace `/messaging` of a live server: one thread, a log of what was told, and answers to the three commands. */
export class MessagingServer {
  readonly handshakes: (number | undefined)[] = [];
  readonly received: { name: string; body: Record<string, unknown> }[] = [];
  readonly log: { at: number; name: string; payload: object }[] = [];
  refuses: ((name: string) => { code: string; message: string } | null) = () => null;
  readonly #namespace: Namespace;
  #count = 0;

  constructor(server: LiveServer) {
    this.#namespace = server.of('/messaging');
    this.#namespace.on('connection', (socket) => this.#serve(socket));
  }

  get connections(): number {
    return this.#namespace.sockets.size;
  }

  message(more: Partial<Message> = {}): Message {
    this.#count += 1;
    const id = `m${this.#count}`;
    const usual = { threadId: 't1', senderId: 'pharmacy-1', senderRole: 'pharmacy', recipientId: 'patient-1', content: `Text of ${id}` };
    return {
      id, kind: 'message', ...usual, contextType: null, contextId: null, sentAt: `2026-11-27T09:00:0${this.#count}Z`, readAt: null,
      sequence: this.#count, status: 'sent', clientMessageId: null, attachments: [], ...more,
    };
  }

  tell(name: string, payload: object): void {
    this.log.push({ at: this.log.length + 1, name, payload });
    this.#namespace.emit(name, payload);
  }

  position(): void {
    this.#namespace.emit('position', { sequence: this.log.length, live: true });
  }

  gap(): void {
    this.#namespace.emit('gap', { from: 1, to: this.log.length });
  }

  dropTransports(): void {
    for (const socket of this.#namespace.sockets.values()) socket.conn.close();
  }

  #serve(socket: Socket): void {
    const since = socket.handshake.auth['since'] as number | undefined;
    this.handshakes.push(since);
    socket.emit('connected', { userId: 'patient-1', role: 'patient', serverTime: '2026-11-27T09:00:00Z', unread: 2 });
    for (const { at, name, payload } of this.log) if (since !== undefined && at > since) socket.emit(name, payload);
    if (since !== undefined) socket.emit('position', { sequence: this.log.length, live: true });
    for (const name of ['send_message', 'mark_read', 'typing']) {
      socket.on(name, (body: Record<string, unknown>, answer: (reply: object) => void) => {
        this.received.push({ name, body });
        const error = this.refuses(name);
        if (error) answer({ ok: false, error });
        else answer({ ok: true, ...this.#done(name, body) });
      });
    }
  }

  #done(name: string, body: Record<string, unknown>): object {
    if (name === 'mark_read') return { threadId: 't1', upToSequence: 1 };
    if (name === 'typing') return {};
    const message = this.message({ senderId: 'patient-1', senderRole: 'patient', ...body } as Partial<Message>);
    this.tell('message_sent', message);
    return { message };
  }
}
