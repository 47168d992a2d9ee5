import type { DeviceKey } from '../session/deviceKey.js';
import { inTurn } from '../session/inTurn.js';
import type { OutboxEntry } from './outboxEntry.js';
import { OutboxStore, type Stored } from './outboxStore.js';
import { Seal } from './sealing.js';

type Kept = { readonly order: number; readonly entry: OutboxEntry };

/** The stored writes of one person, opened. Other tabs are told of each change and read anew. */
export class OutboxSafe {
  readonly person: string;
  readonly #name: string;
  readonly #store: OutboxStore;
  readonly #seal: Seal;
  readonly #channel: BroadcastChannel | null;
  #kept: readonly Kept[] = [];
  #lost = 0;
  #isClosed = false;

  private constructor(name: string, person: string, store: OutboxStore, seal: Seal) {
    this.person = person;
    this.#name = name;
    this.#store = store;
    this.#seal = seal;
    this.#channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name);
    (this.#channel as { unref?: () => void } | null)?.unref?.();
  }

  /** Pages that are not served securely have no WebCrypto. */
  static get isPossible(): boolean {
    return typeof indexedDB !== 'undefined' && globalThis.crypto?.subtle !== undefined;
  }

  /** Whether anything waits on this device, whoever wrote it: that needs no key. */
  static async holdsAnything(path: string): Promise<boolean> {
    if (!OutboxSafe.isPossible) return false;
    const store = await OutboxStore.open(nameOf(path));
    const stored = await store.all();
    store.close();
    return stored.length > 0;
  }

  /** Reads what waits for this person. What waits for another one is deleted. */
  static async open(path: string, person: string, key: DeviceKey, onChange: () => void): Promise<OutboxSafe> {
    const name = nameOf(path);
    const safe = new OutboxSafe(name, person, await OutboxStore.open(name), await Seal.of(key));
    safe.#channel?.addEventListener('message', () => void safe.read().then(onChange, () => undefined));
    await safe.read();
    return safe;
  }

  get entries(): readonly OutboxEntry[] {
    return this.#kept.map(({ entry }) => entry);
  }

  /** One tab at a time. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    return inTurn(this.#name, work);
  }

  /** How many of the person's writes could not be opened, told once. */
  takeLost(): number {
    const lost = this.#lost;
    this.#lost = 0;
    return lost;
  }

  /** A closed one holds nothing: the person has left while a change was under way. */
  async read(): Promise<void> {
    if (this.#isClosed) return;
    const stored = await this.#store.all();
    const opened = await Promise.all(stored.map(async (each) => ({ each, entry: await this.#open(each) })));
    if (this.#isClosed) return;
    const gone = opened.filter(({ entry }) => entry === null).map(({ each }) => each);
    if (gone.length > 0) await this.#store.remove(gone.map(({ order }) => order));
    this.#lost += gone.filter(({ owner }) => owner === this.#seal.owner).length;
    this.#kept = opened.flatMap(({ each: { order }, entry }) => (entry === null ? [] : [{ order, entry }]));
  }

  async add(entry: OutboxEntry): Promise<void> {
    await this.#store.add(await this.#seal.seal(entry));
    await this.#changed();
  }

  async put(entry: OutboxEntry): Promise<void> {
    const order = this.#orderOf(entry.id);
    if (order === undefined) return;
    await this.#store.put({ ...(await this.#seal.seal(entry)), order });
    await this.#changed();
  }

  async remove(id: string): Promise<void> {
    const order = this.#orderOf(id);
    if (order === undefined) return;
    await this.#store.remove([order]);
    await this.#changed();
  }

  close(): void {
    this.#isClosed = true;
    this.#channel?.close();
    this.#store.close();
    this.#kept = [];
  }

  async #open(stored: Stored): Promise<OutboxEntry | null> {
    if (stored.keyId !== this.#seal.keyId) return null;
    return (await this.#seal.open(stored)) as OutboxEntry | null;
  }

  async #changed(): Promise<void> {
    await this.read();
    if (!this.#isClosed) this.#channel?.postMessage('changed');
  }

  #orderOf(id: string): number | undefined {
    return this.#kept.find(({ entry }) => entry.id === id)?.order;
  }
}

function nameOf(path: string): string {
  return `vagus.outbox ${path}`;
}
