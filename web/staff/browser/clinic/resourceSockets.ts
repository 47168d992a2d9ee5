import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';

interface Frame {
  type: string;
  data: { token?: string; patient_ids?: string[] };
}

/** The raw WebSocket at `/ws`. */
export class ResourceSockets {
  readonly #server = new WebSocketServer({ noServer: true });
  blocked = false;
  readonly #watching = new Map<WebSocket, string[]>();

  constructor(http: Server, knows: (token: string) => boolean, sequence: () => number) {
    http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (request.url !== '/ws') return;
      if (this.blocked) return void socket.destroy();
      this.#server.handleUpgrade(request, socket, head, (peer) => {
        peer.on('message', (text) => {
          const { type, data } = JSON.parse(String(text)) as Frame;
          if (type === 'authenticate' && knows(data.token ?? '')) say(peer, 'welcome', { client_id: 'c1', sequence: sequence() });
          else if (type === 'authenticate') say(peer, 'error', { code: 'token_expired' });
          else if (type === 'subscribe') {
            this.#watching.set(peer, data.patient_ids ?? []);
            say(peer, 'subscribed', {});
          } else if (type === 'ping') say(peer, 'pong', { sequence: sequence() });
        });
        peer.on('close', () => this.#watching.delete(peer));
      });
    });
  }

  tell(update: { patient_id: string | null; [field: string]: unknown }): void {
    for (const [peer, patients] of this.#watching) {
      if (patients.length === 0 || patients.includes(update.patient_id ?? '')) say(peer, 'update', update);
    }
  }

  dropAll(): void {
    for (const peer of this.#server.clients) peer.terminate();
  }
}

function say(peer: WebSocket, type: string, data: object): void {
  peer.send(JSON.stringify({ type, data, timestamp: new Date().toISOString() }));
}
