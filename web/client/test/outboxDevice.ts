import { IDBFactory } from 'fake-indexeddb';
import { vi } from 'vitest';
import { Outbox, Problem, type SessionState } from '../src/index';

export interface Request {
  readonly by: string;
  readonly id: string;
  readonly body: unknown;
}

type Answer = () => Response | Promise<Response>;

/** A device: its storage, whether it has a network, and the server that it reaches then. */
export class OutboxDevice {
  readonly requests: Request[] = [];
  /** What the server answers next; then it takes everything, each key of repetition once. */
  readonly answers: Answer[] = [];
  readonly taken: string[] = [];
  isOnline = true;
  /** Whether the server gives out keys now. */
  givesKeys = true;
  /** Raised where a password is reset. */
  keyVersion = 1;
  readonly #pages: Page[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  constructor() {
    vi.stubGlobal('indexedDB', new IDBFactory());
    const turns = (_name: string, work: () => Promise<unknown>) => {
      const turn = this.#turn.then(work, work);
      this.#turn = turn.catch(() => undefined);
      return turn;
    };
    const isOnline = () => this.isOnline;
    vi.stubGlobal('navigator', {
      get onLine() {
        return isOnline();
      },
      locks: { request: turns },
    });
  }

  /** A page that is loaded; its outbox is watched as a page does. */
  open(person: string | null): Page {
    const page = new Page(this, person);
    this.#pages.push(page);
    return page;
  }

  async fetch(by: string, init: RequestInit): Promise<Response> {
    if (!this.isOnline) throw new TypeError('Failed to fetch');
    const id = new Headers(init.headers).get('Idempotency-Key') ?? '';
    this.requests.push({ by, id, body: JSON.parse(String(init.body)) });
    const answer = this.answers.shift();
    if (answer) return answer();
    if (!this.taken.includes(id)) this.taken.push(id);
    return Response.json({ taken: id });
  }

  /** Everything that lies in the storage of the browser, as text. */
  async stored(): Promise<{ readonly count: number; readonly texts: readonly string[] }> {
    const rows: unknown[] = [];
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await answerOf(indexedDB.open(name));
      for (const store of Array.from(database.objectStoreNames)) {
        rows.push(...(await answerOf(database.transaction(store).objectStore(store).getAll())));
      }
      database.close();
    }
    return { count: rows.length, texts: rows.map((row) => textOf(row)) };
  }

  dispose(): void {
    for (const page of this.#pages) page.leave();
    vi.unstubAllGlobals();
  }
}

export class Page {
  readonly outbox: Outbox;
  readonly #device: OutboxDevice;
  readonly #watchers = new Set<() => void>();
  #state: SessionState = { status: 'signed_out', because: 'nobody' };
  #stop: () => void;

  constructor(device: OutboxDevice, person: string | null) {
    this.#device = device;
    this.become(person);
    const stateNow = () => this.#state;
    this.outbox = new Outbox({
      session: {
        path: '/api/auth',
        get state() {
          return stateNow();
        },
        watch: (watcher) => {
          this.#watchers.add(watcher);
          return () => void this.#watchers.delete(watcher);
        },
        fetch: (_address, init = {}) => device.fetch(this.#person, init),
        deviceKey: () => this.#deviceKey(),
      },
    });
    this.#stop = this.outbox.watch(() => undefined);
  }

  get listening(): number {
    return this.#watchers.size;
  }

  become(person: string | null): void {
    this.#state =
      person === null
        ? { status: 'signed_out', because: 'asked' }
        : { status: 'signed_in', user: { id: person, email: '', displayName: '', role: 'patient' } };
    for (const watcher of Array.from(this.#watchers)) watcher();
  }

  write(text: string, lane = 'thread-1'): ReturnType<Outbox['submit']> {
    return this.outbox.submit({ lane, request: { method: 'POST', address: '/api/messages', body: { text } }, about: { text } });
  }

  texts(): string[] {
    return this.outbox.state.entries.map(({ about, status }) => `${(about as { text: string }).text}: ${status}`);
  }

  /** As a reload ends a page: nothing is said to anybody. */
  leave(): void {
    this.#stop();
    this.#stop = () => undefined;
  }

  get #person(): string {
    return this.#state.status === 'signed_in' ? this.#state.user.id : '';
  }

  #deviceKey() {
    const { isOnline, keyVersion } = this.#device;
    if (!isOnline || !this.#device.givesKeys) return Promise.reject(new TypeError('Failed to fetch'));
    if (this.#person === '') return Promise.reject(new Problem(401, 'signed_out', 'No.'));
    const bytes = new Uint8Array(32).fill(this.#person.charCodeAt(0) + keyVersion);
    const key = btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    return Promise.resolve({ owner: `owner-${this.#person}`, keyId: `${this.#person}-${keyVersion}`, key });
  }
}

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error));
  });
}

/** Bytes as the letters that they would be. */
function textOf(row: unknown): string {
  return Object.values(row as object)
    .map((value) => {
      if (value instanceof ArrayBuffer) return new TextDecoder('latin1').decode(value);
      return ArrayBuffer.isView(value) ? new TextDecoder('latin1').decode(value) : String(value);
    })
    .join(' ');
}
