import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket as Peer } from 'ws';

interface Told {
  readonly number: number;
  readonly resource: { readonly resourceType: string; readonly id: string };
}

/** The server's side of one FHIR subscription with the channel websocket. */
export class SubscriptionServer {
  readonly peers: Peer[] = [];
  readonly bound: string[] = [];
  /** Where each question for past events began and ended. */
  readonly asked: (readonly [from: number, to: number])[] = [];
  /** All that has happened. */
  readonly happened: Told[] = [];
  /** What a question for a binding or for events is answered with in place of its answer. */
  refuses: (path: string) => number | null = () => null;
  /** Numbers that the server does not keep any more. */
  forgotten = 0;
  #http!: Server;
  #sockets!: WebSocketServer;

  static async start(): Promise<SubscriptionServer> {
    const server = new SubscriptionServer();
    server.#http = createServer((request, response) => {
      const { status, body } = server.#answer(new URL(request.url ?? '/', 'http://any.example'));
      response.writeHead(status, { 'Content-Type': 'application/fhir+json' }).end(JSON.stringify(body));
    });
    server.#sockets = new WebSocketServer({ server: server.#http, path: '/ws/fhir' });
    server.#sockets.on('connection', (peer) => {
      server.peers.push(peer);
      peer.on('message', (text) => {
        server.bound.push(String(text));
        server.say('handshake', [], peer);
      });
    });
    await new Promise<void>((resolve) => server.#http.listen(0, '127.0.0.1', resolve));
    return server;
  }

  /** `fetch` as the owner of the subscription. */
  readonly session = {
    token: () => Promise.resolve({ value: 'token', expiresAt: Date.now() + 600_000 }),
    fetch: (address: string, init?: RequestInit) => fetch(`http://127.0.0.1:${this.#port}${address}`, init),
  };

  /** Something happens; sockets hear of it unless it is for others only. */
  happens(id: string, { isSaid = true } = {}): void {
    const told = { number: this.happened.length + 1, resource: { resourceType: 'Observation', id } };
    this.happened.push(told);
    if (isSaid) this.say('event-notification', [told]);
  }

  say(type: string, told: readonly Told[] = [], peer: Peer | undefined = this.peers.at(-1), status = 'active'): void {
    peer?.send(JSON.stringify(this.#bundle(type, told, status)));
  }

  /** A frame that no server of the guide would send: text as it is, anything else as JSON. */
  sayAnything(frame: unknown): void {
    this.peers.at(-1)?.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  breakLine(code = 1012): void {
    this.peers.at(-1)?.close(code);
  }

  async stop(): Promise<void> {
    for (const peer of this.peers) peer.terminate();
    this.#sockets.close();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  get #port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  #answer({ pathname, searchParams }: URL): { status: number; body: object } {
    const refused = this.refuses(pathname);
    if (refused !== null) return { status: refused, body: { resourceType: 'OperationOutcome' } };
    if (pathname.endsWith('$get-ws-binding-token')) {
      const url = `ws://127.0.0.1:${this.#port}/ws/fhir`;
      const parameter = [{ name: 'token', valueString: `t${this.bound.length}` }, { name: 'websocket-url', valueUrl: url }];
      return { status: 200, body: { resourceType: 'Parameters', parameter } };
    }
    const [from, to] = ['eventsSinceNumber', 'eventsUntilNumber'].map((name) => Number(searchParams.get(name))) as [number, number];
    this.asked.push([from, to]);
    const found = this.happened.filter(({ number }) => number >= Math.max(from, this.forgotten + 1) && number <= to);
    return { status: 200, body: this.#bundle('query-event', found, 'active') };
  }

  #bundle(type: string, told: readonly Told[], status: string): object {
    const base = 'https://vagus.example/fhir';
    const events = told.map(({ number, resource }) => ({
      name: 'notification-event',
      part: [
        { name: 'event-number', valueString: String(number) },
        { name: 'timestamp', valueInstant: '2026-11-27T09:00:00Z' },
        { name: 'focus', valueReference: { reference: `${base}/${resource.resourceType}/${resource.id}` } },
      ],
    }));
    const parameter = [
      { name: 'subscription', valueReference: { reference: `${base}/Subscription/s1` } },
      { name: 'status', valueCode: status },
      { name: 'type', valueCode: type },
      { name: 'events-since-subscription-start', valueString: String(this.happened.length) },
      ...events,
    ];
    const contents = told.map(({ resource }) => ({
      fullUrl: `${base}/${resource.resourceType}/${resource.id}`,
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    }));
    const first = { fullUrl: 'urn:uuid:1', resource: { resourceType: 'Parameters', parameter } };
    return { resourceType: 'Bundle', type: 'history', entry: [first, ...contents] };
  }
}
