import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { FhirStore, type Stored } from './fhirStore';
import { serveFhir } from './serveFhir';
import { serveFile } from './serveFile';
import { ResourceSockets } from './resourceSockets';
import { answer } from './answer';
import { demoDay } from './demoDay';

const user = { id: 'user-1', email: 'kim@clinic.example', displayName: 'Kim Osei', role: 'nurse', tenant: 'demo' };

/** Stands in for the Vagus server in browser tests: the same addresses, cookies, headers and events, in memory. */
export class ClinicServer {
  readonly store = new FhirStore();
  readonly #http: HttpServer;
  readonly #live: Server;
  readonly #resources: ResourceSockets;
  readonly #tokens = new Set<string>();
  #port = 0;
  #refresh: string | null = null;
  #issued = 0;
  #log: { name: string; payload: Record<string, unknown> }[] = [];
  /** When set, FHIR answers with it: for failure pages. */
  failWith: number | null = null;
  /** What the signed-in person may do; a request for anything else is refused and counted. */
  permissions: Record<string, string[]> = { '*': ['read', 'create', 'update', 'delete'] };
  refused: string[] = [];
  /** Requests wait this long. */
  slowMs = 0;

  private constructor() {
    this.#http = createServer((request, response) => void this.#serve(request, response));
    this.#live = new Server(this.#http, { serveClient: false });
    this.#resources = new ResourceSockets(this.#http, (token) => this.#tokens.has(token), () => this.sequence);
    this.#live.use((socket, next) => {
      const known = this.#tokens.has(String(socket.handshake.auth['token']));
      next(known ? undefined : Object.assign(new Error('refused'), { data: { code: 'token_expired' } }));
    });
    this.#live.on('connection', (socket) => {
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
    });
    this.store.onWrite = (action, stored) => this.#written(action, stored);
  }

  static async start(): Promise<ClinicServer> {
    const server = new ClinicServer();
    for (const resource of demoDay()) server.store.put(resource);
    await new Promise<void>((resolve) => server.#http.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  get sequence(): number {
    return this.#log.length;
  }

  publish(name: string, data: Record<string, unknown>, patientId: string | null): void {
    const stamp = { eventId: `event-${this.sequence + 1}`, sequence: this.sequence + 1, occurredAt: new Date().toISOString() };
    const payload = { ...data, ...stamp, patientId };
    this.#log.push({ name, payload });
    this.#live.emit(name, payload);
  }

  /** No token is good any more and no session can be renewed. */
  endSessions(): void {
    this.#tokens.clear();
    this.#refresh = null;
    this.#live.disconnectSockets();
    this.#resources.dropAll();
  }

  /** Writes without telling anybody, then says that a part of the log cannot be replayed. */
  writeUnseen(write: () => void): void {
    const { onWrite } = this.store;
    this.store.onWrite = () => {};
    write();
    this.store.onWrite = onWrite;
    this.#live.emit('gap', { from: this.sequence, to: this.sequence });
  }

  dropConnections(): void {
    for (const socket of this.#live.of('/').sockets.values()) socket.conn.close();
    this.#resources.dropAll();
  }

  /** The whole server is away; `comeBack` starts it on the same address with the same people signed in. */
  async goAway(): Promise<void> {
    this.#port = (this.#http.address() as AddressInfo).port;
    this.#resources.dropAll();
    const closed = new Promise((resolve) => this.#http.close(resolve));
    for (const socket of this.#live.of('/').sockets.values()) socket.conn.close();
    this.#http.closeAllConnections();
    await closed;
  }

  async comeBack(): Promise<void> {
    await new Promise<void>((resolve) => this.#http.listen(this.#port, '127.0.0.1', resolve));
  }

  /** Closes every raw WebSocket at once and from now on, as a proxy does that only knows Socket.IO. */
  blockResourceSockets(blocked: boolean): void {
    this.#resources.blocked = blocked;
    if (blocked) this.#resources.dropAll();
  }

  async stop(): Promise<void> {
    this.#resources.dropAll();
    await this.#live.close();
    this.#http.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://clinic');
    if (pathname.startsWith('/socket.io')) return;
    const body = await textOf(request);
    if (this.slowMs > 0 && pathname.startsWith('/fhir')) await new Promise((resolve) => setTimeout(resolve, this.slowMs));
    if (pathname.startsWith('/api/auth/')) return this.#authenticate(pathname.slice(10), body, request, response);
    if (!pathname.startsWith('/fhir/')) return serveFile(pathname, response);
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    if (!this.#tokens.has(token)) return answer(response, 401, { code: 'token_expired', title: 'The token is not good.' });
    if (this.failWith) return answer(response, this.failWith, { title: 'The server has a problem.' });
    const type = pathname.split('/')[2] ?? '';
    if ((this.permissions[type] ?? this.permissions['*'] ?? []).length === 0) {
      this.refused.push(`${request.method} ${type}`);
      return answer(response, 403, { title: 'This role may not do this with this resource type.' });
    }
    serveFhir(this.store, request, pathname, searchParams, body, response);
  }

  #replay(socket: Socket, since: number): void {
    for (const { name, payload } of this.#log) if ((payload['sequence'] as number) > since) socket.emit(name, payload);
  }

  #authenticate(what: string, body: string, request: IncomingMessage, response: ServerResponse): void {
    if (what !== 'me' && request.headers['x-vagus-client'] !== 'browser') return answer(response, 400, { code: 'not_a_browser' });
    if (what === 'login') {
      const { email, password } = JSON.parse(body) as { email: string; password: string };
      if (email !== user.email || password !== 'a long enough password') {
        return answer(response, 401, { code: 'wrong_credentials', title: 'Wrong credentials' });
      }
      return this.#grant(response);
    }
    if (what === 'me') return answer(response, 200, { user, tenantName: 'Harbor Clinic', sessionId: 's1', permissions: this.permissions });
    if (what === 'refresh') {
      const cookie = /vagus_refresh=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
      if (!this.#refresh || cookie !== this.#refresh) return answer(response, 401, { code: 'no_session' });
      return this.#grant(response);
    }
    this.#refresh = null;
    response.writeHead(204).end();
  }

  #grant(response: ServerResponse): void {
    this.#issued += 1;
    this.#refresh = `refresh-${this.#issued}`;
    const accessToken = `access-${this.#issued}`;
    this.#tokens.add(accessToken);
    response.setHeader('Set-Cookie', `vagus_refresh=${this.#refresh}; HttpOnly; SameSite=Strict; Path=/api/auth`);
    answer(response, 200, { accessToken, expiresIn: 900, sessionId: 's1', user });
  }

  #written(action: 'created' | 'updated', stored: Stored): void {
    const reference = `${stored.resourceType}/${stored.id}/_history/${stored.meta.versionId}`;
    const patientId = patientOf(stored);
    if (stored.resourceType === 'Appointment') {
      this.publish(appointmentEvent(action, stored), { id: stored.id, resource: reference, ...appointmentData(stored) }, patientId);
    }
    this.#log.push({ name: 'resource', payload: { sequence: this.sequence + 1 } });
    this.#resources.tell({
      action,
      resource_type: stored.resourceType,
      resource_id: stored.id,
      patient_id: patientId,
      version_id: stored.meta.versionId,
      resource: stored,
      sequence: this.sequence,
    });
  }
}

function appointmentEvent(action: string, stored: Stored): string {
  if (action === 'created') return 'appointment:created';
  const names: Record<string, string> = { cancelled: 'appointment:cancelled', noshow: 'appointment:cancelled', arrived: 'appointment:checkedin' };
  return names[String(stored['status'])] ?? 'appointment:updated';
}

function appointmentData(stored: Stored): Record<string, unknown> {
  const actors = (stored['participant'] as { actor?: { reference: string; display?: string } }[]).map(({ actor }) => actor);
  return {
    patientName: actors.find((actor) => actor?.reference.startsWith('Patient/'))?.display,
    providerName: actors.find((actor) => actor?.reference.startsWith('Practitioner/'))?.display,
    scheduledStart: stored['start'],
    scheduledEnd: stored['end'],
    status: stored['status'],
  };
}

function patientOf(resource: Stored): string | null {
  if (resource.resourceType === 'Patient') return resource.id;
  return /"Patient\/([^"/]+)"/.exec(JSON.stringify(resource))?.[1] ?? null;
}

function textOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    request.on('data', (part) => (text += String(part)));
    request.on('end', () => resolve(text));
  });
}
