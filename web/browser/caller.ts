import type { Server, SignIn } from './server';

/** Somebody who uses the API without a browser: the clinic's side of a story. */
export class Caller {
  readonly #server: Server;
  readonly #who: SignIn;
  readonly #door: string;
  #token: string | null = null;

  constructor(server: Server, name: string, door = '/api/auth') {
    this.#server = server;
    this.#who = server.signInOf(name);
    this.#door = door;
  }

  async ask<Answer = unknown>(method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(this.#server.url + path, {
      method,
      headers: {
        'Content-Type': path.startsWith('/fhir') ? 'application/fhir+json' : 'application/json',
        Authorization: `Bearer ${await this.token()}`,
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as Answer;
  }

  /** The bytes of a file. */
  async file(path: string): Promise<Buffer> {
    const token = await this.token();
    const response = await fetch(this.#server.url + path, { headers: { Authorization: `Bearer ${token}` } });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  }

  async token(): Promise<string> {
    return (this.#token ??= await this.#signIn());
  }

  put(resource: { readonly resourceType: string; readonly id: string; readonly [field: string]: unknown }): Promise<unknown> {
    return this.ask('PUT', `/fhir/${resource.resourceType}/${resource.id}`, resource);
  }

  async #signIn(): Promise<string> {
    const { email, password } = this.#who;
    const response = await fetch(`${this.#server.url}${this.#door}/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email, password, tenant: this.#server.tenant }),
    });
    if (!response.ok) throw new Error(`${email} may not sign in: ${response.status}`);
    return ((await response.json()) as { accessToken: string }).accessToken;
  }
}
