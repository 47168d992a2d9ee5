import type { Clinic, Door } from './clinic';

/** Somebody who uses the API without a browser: the clinic's side of a story. */
export class Caller {
  readonly #clinic: Clinic;
  readonly #name: string;
  readonly #door: Door;
  #token: string | null = null;

  constructor(clinic: Clinic, name: string, door: Door = 'staff') {
    this.#clinic = clinic;
    this.#name = name;
    this.#door = door;
  }

  async ask<Answer = unknown>(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(this.#clinic.url + path, {
      method,
      headers: {
        'Content-Type': path.startsWith('/fhir') ? 'application/fhir+json' : 'application/json',
        Authorization: `Bearer ${await this.token()}`,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as Answer;
  }

  /** The bytes of a file. */
  async file(path: string): Promise<Buffer> {
    const token = await this.token();
    const response = await fetch(this.#clinic.url + path, { headers: { Authorization: `Bearer ${token}` } });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  }

  async token(): Promise<string> {
    return (this.#token ??= await this.#clinic.tokenOf(this.#name, this.#door));
  }

  put(resource: { readonly resourceType: string; readonly id: string; readonly [field: string]: unknown }): Promise<unknown> {
    return this.ask('PUT', `/fhir/${resource.resourceType}/${resource.id}`, resource);
  }
}
