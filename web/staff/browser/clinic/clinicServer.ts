import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer } from './answer';
import { Care } from './care';
import { demoDay } from './demoDay';
import { EventSockets } from './eventSockets';
import { FhirStore, type Stored } from './fhirStore';
import { ResourceSockets } from './resourceSockets';
import { serveFhir } from './serveFhir';
import { serveFile } from './serveFile';
import { SignIns, type Permissions } from './signIns';
import { Threads } from './threads';

/** Stands in for the Vagus server in browser tests: the same addresses, cookies, headers and events, in memory, and faults on demand. */
export class ClinicServer {
  readonly store = new FhirStore();
  readonly threads = new Threads();
  readonly care = new Care();
  readonly #signIns = new SignIns();
  readonly #http: HttpServer;
  readonly #events: EventSockets;
  readonly #resources: ResourceSockets;
  #port = 0;
  /** When set, FHIR answers with it: for failure pages. */
  failWith: number | null = null;
  /** The requests that were refused for want of a permission. */
  refused: string[] = [];

  private constructor() {
    this.#http = createServer((request, response) => void this.#serve(request, response));
    const knows = (token: string) => this.#signIns.knows(token);
    this.#events = new EventSockets(this.#http, knows);
    this.#resources = new ResourceSockets(this.#http, knows, () => this.#events.sequence);
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

  set permissions(permissions: Permissions) {
    this.#signIns.permissions = permissions;
  }

  publish(name: string, data: Record<string, unknown>, patientId: string | null): void {
    this.#events.publish(name, data, patientId);
  }

  tellMessage(name: string, payload: object): void {
    this.#events.tellMessage(name, payload);
  }

  /** No token is good any more and no session can be renewed. */
  endSessions(): void {
    this.#signIns.end();
    this.#events.endSessions();
    this.#resources.dropAll();
  }

  /** Writes without telling anybody, then says that a part of the log cannot be replayed. */
  writeUnseen(write: () => void): void {
    const { onWrite } = this.store;
    this.store.onWrite = () => {};
    write();
    this.store.onWrite = onWrite;
    this.#events.sayGap();
  }

  dropConnections(): void {
    this.#events.dropAll();
    this.#resources.dropAll();
  }

  /** The whole server is away; `comeBack` starts it on the same address with the same people signed in. */
  async goAway(): Promise<void> {
    this.#port = (this.#http.address() as AddressInfo).port;
    const closed = new Promise((resolve) => this.#http.close(resolve));
    this.dropConnections();
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
    await this.#events.close();
    this.#http.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = new URL(request.url ?? '/', 'http://clinic');
    const { pathname, searchParams } = address;
    if (pathname.startsWith('/socket.io')) return;
    const body = await textOf(request);
    if (pathname.startsWith('/api/auth/')) return this.#signIns.serve(pathname.slice(10), body, request, response);
    const isMessages = /^\/api\/(patient-messages|messages|canned-responses)\b/.test(pathname);
    if (!pathname.startsWith('/fhir/') && !pathname.startsWith('/api/')) return serveFile(pathname, response);
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    if (!this.#signIns.knows(token)) return answer(response, 401, { code: 'token_expired', title: 'The token is not good.' });
    if (isMessages) return this.threads.serve(request, address, body, response);
    if (this.failWith) return answer(response, this.failWith, { title: 'The server has a problem.' });
    if (pathname.startsWith('/api/')) return this.#serveCare(request, pathname, searchParams, body, response);
    const type = pathname.split('/')[2] ?? '';
    if (this.#signIns.mayUse(type)) return serveFhir(this.store, request, pathname, searchParams, body, response);
    this.refused.push(`${request.method} ${type}`);
    answer(response, 403, { title: 'This role may not do this with this resource type.' });
  }

  #serveCare(request: IncomingMessage, pathname: string, query: URLSearchParams, body: string, response: ServerResponse): void {
    const asked = { method: request.method ?? 'GET', pathname, query, body };
    const mayUse = (type: string) => this.#signIns.mayUse(type);
    const mayAnswer = mayUse('Condition') || !pathname.startsWith('/api/alerts');
    if (!mayAnswer) this.refused.push(`${asked.method} ${pathname}`);
    if (!mayAnswer) return answer(response, 403, { code: 'forbidden' });
    if (!this.care.serve(asked, this.store, mayUse, this.#events.sequence, response)) answer(response, 404, { code: 'not_found' });
  }

  #written(action: 'created' | 'updated', stored: Stored): void {
    const patientId = patientOf(stored);
    if (stored.resourceType === 'Appointment') {
      this.publish(appointmentEvent(action, stored), appointmentData(stored), patientId);
    }
    this.#events.skipPosition();
    this.#resources.tell({
      action,
      resource_type: stored.resourceType,
      resource_id: stored.id,
      patient_id: patientId,
      version_id: stored.meta.versionId,
      resource: stored,
      sequence: this.#events.sequence,
    });
  }
}

function appointmentEvent(action: string, stored: Stored): string {
  if (action === 'created') return 'appointment:created';
  const names: Record<string, string> = { cancelled: 'cancelled', noshow: 'cancelled', arrived: 'checkedin' };
  return `appointment:${names[String(stored['status'])] ?? 'updated'}`;
}

function appointmentData(stored: Stored): Record<string, unknown> {
  const actors = (stored['participant'] as { actor?: { reference: string; display?: string } }[]).map(({ actor }) => actor);
  return {
    id: stored.id,
    resource: `Appointment/${stored.id}/_history/${stored.meta.versionId}`,
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
