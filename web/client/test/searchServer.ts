import type { Socket } from 'socket.io';
import type { LiveServer } from './liveServer';

interface Change {
  readonly change: 'enter' | 'update' | 'leave';
  readonly resource: { readonly resourceType: string; readonly id: string; readonly [field: string]: unknown };
  readonly sequence: number;
}

interface Request {
  readonly search: string;
  readonly since?: number;
}

/** The searches of a live server: answers pages, tells changes, and goes on from a position while it says that it may. */
export class SearchServer {
  readonly asked: Request[] = [];
  readonly ended: string[] = [];
  /** What a page shows now. */
  page: Change['resource'][] = [];
  mayGoOn = true;
  refuses: ((search: string) => { code: string; message: string } | null) = () => null;
  /** Called within the same turn as the answer. */
  afterAnswer: (socket: Socket, subscriptionId: string) => void = () => {};
  #open = new Map<string, Socket>();
  readonly #server: LiveServer;
  readonly #changes: Change[] = [];

  constructor(server: LiveServer) {
    this.#server = server;
    server.onSearch = (socket, request, answer) => this.#subscribe(socket, request as unknown as Request, answer);
    server.onUnsubscribe = (id) => {
      this.ended.push(id);
      this.#open.delete(id);
    };
  }

  get subscriptions(): string[] {
    return [...this.#open].filter(([, socket]) => socket.connected).map(([id]) => id);
  }

  change(change: Change['change'], resource: Change['resource']): void {
    this.#server.remember('resource');
    const told = { change, resource, sequence: this.#server.head };
    this.#changes.push(told);
    for (const [id, socket] of this.#open) emit(socket, id, told);
  }

  repeat(): void {
    for (const [id, socket] of this.#open) for (const change of this.#changes) emit(socket, id, change);
  }

  #subscribe(socket: Socket, request: Request, answer: (reply: object) => void): void {
    this.asked.push(request);
    const error = this.refuses(request.search);
    if (error) return answer({ ok: false, error });
    const id = `search-${this.asked.length}`;
    this.#open.set(id, socket);
    const { since } = request;
    if (since !== undefined && this.mayGoOn) {
      answer({ ok: true, subscriptionId: id, sequence: since, reset: false });
      for (const change of this.#changes) if (change.sequence > since) emit(socket, id, change);
    } else {
      const page = { resources: this.page, total: this.page.length, complete: true };
      answer({ ok: true, subscriptionId: id, sequence: this.#server.head, ...(since === undefined ? {} : { reset: true }), ...page });
    }
    this.afterAnswer(socket, id);
  }
}

function emit(socket: Socket, subscriptionId: string, { change, resource, sequence }: Change): void {
  socket.emit('search_changed', {
    subscriptionId,
    change,
    resourceType: resource.resourceType,
    resourceId: resource.id,
    resource: change === 'leave' ? null : resource,
    sequence,
  });
}
