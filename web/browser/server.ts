import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { noBrowser } from './chromium';

const built = new URL('../../src/Vagus.Server/bin/Release/net10.0/vagus.dll', import.meta.url);
const program = process.env['VAGUS_PROGRAM'] ?? fileURLToPath(built);
const startLimitMs = 90_000;

/** Why tests of this app cannot run here; null when they can. `page` is its `index.html`, as the server serves it. */
export function missingFor(page: string): string | null {
  const isServed = existsSync(join(program, '..', 'wwwroot', page));
  return noBrowser ?? (isServed ? null : `no server with ${page} at ${program} (VAGUS_PROGRAM)`);
}

export interface SignIn {
  readonly email: string;
  readonly password: string;
  readonly role: string;
}

/** Who has an account: one organization of the file of `vagus people add`. */
export interface Organization {
  readonly tenant: string;
  readonly name: string;
  readonly users: readonly { readonly email: string; readonly name: string; readonly role: string; readonly fhirId?: string }[];
}

/** What tests need of a server that runs. */
export interface Served {
  readonly url: string;
  readonly tenants: readonly { readonly tenant: string; readonly users: readonly SignIn[] }[];
}

/** The built server as a process of its own, on an empty data folder and a free port. */
export class Server {
  readonly served: Served;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(served: Served, process: ChildProcess, folder: string) {
    this.served = served;
    this.#process = process;
    this.#folder = folder;
  }

  static async start(organizations: readonly Organization[]): Promise<Server> {
    const folder = await mkdtemp(join(tmpdir(), 'vagus-browser-'));
    const [asked, made, data] = ['people.json', 'sign-ins.json', 'data'].map((name) => join(folder, name)) as [string, string, string];
    await writeFile(asked, JSON.stringify({ tenants: organizations }));
    await promisify(execFile)('dotnet', [program, 'people', 'add', asked, '--out', made, '--data', data], { timeout: startLimitMs });
    const { tenants } = JSON.parse(await readFile(made, 'utf8')) as Pick<Served, 'tenants'>;
    // A name and not an address: passkeys are bound to one.
    const url = `http://localhost:${await freePort()}`;
    const child = spawn('dotnet', [program, '--data', data, '--urls', url, '--public-url', url], { stdio: ['ignore', 'pipe', 'pipe'] });
    const said: string[] = [];
    child.stdout.on('data', (text: Buffer) => said.push(text.toString()));
    child.stderr.on('data', (text: Buffer) => said.push(text.toString()));
    await ready(url, child, said);
    return new Server({ url, tenants }, child, folder);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    await ended;
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function ready(url: string, child: ChildProcess, said: readonly string[]): Promise<void> {
  const begun = Date.now();
  for (;;) {
    if (child.exitCode !== null || Date.now() - begun > startLimitMs) throw new Error(`The server did not start: ${said.join('')}`);
    const answer = await fetch(`${url}/health/ready`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
