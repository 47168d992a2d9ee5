import type { DeviceKey } from '../session/deviceKey.js';
import { OutboxSafe } from './outboxSafe.js';
import { OutboxStore } from './outboxStore.js';
import { Seal } from './sealing.js';

/** What was typed into one form and not sent. */
export interface KeptForm {
  readonly name: string;
  readonly fields: object;
  /** In milliseconds since 1970. */
  readonly typedAt: number;
}

/** What one person typed into forms, sealed in the browser's storage as the outbox is: it survives a reload. */
export class KeptForms {
  readonly #store: OutboxStore;
  readonly #seal: Seal;
  readonly #orders = new Map<string, number>();

  private constructor(store: OutboxStore, seal: Seal) {
    this.#store = store;
    this.#seal = seal;
  }

  /** Pages that are not served securely have no WebCrypto. */
  static get isPossible(): boolean {
    return OutboxSafe.isPossible;
  }

  static async open(path: string, key: DeviceKey): Promise<KeptForms> {
    return new KeptForms(await OutboxStore.open(nameOf(path)), await Seal.of(key, 'forms'));
  }

  /** Whoever typed it: that needs no key. */
  static async erase(path: string): Promise<void> {
    if (!KeptForms.isPossible) return;
    const store = await OutboxStore.open(nameOf(path));
    await store.remove((await store.all()).map(({ order }) => order));
    store.close();
  }

  /** What was typed since `oldest`, the newest of each form. What is older, and what is another person's, is deleted. */
  async read(oldest: number): Promise<readonly KeptForm[]> {
    const stored = await this.#store.all();
    const opened = await Promise.all(stored.map(async (each) => ({ order: each.order, form: await this.#seal.open(each) })));
    const forms = opened.flatMap(({ order, form }) => (isForm(form) && form.typedAt >= oldest ? [{ order, form }] : []));
    const newest = new Map<string, { order: number; form: KeptForm }>();
    for (const one of forms) if ((newest.get(one.form.name)?.form.typedAt ?? 0) <= one.form.typedAt) newest.set(one.form.name, one);
    const kept = new Set([...newest.values()].map(({ order }) => order));
    await this.#store.remove(stored.map(({ order }) => order).filter((order) => !kept.has(order)));
    for (const [name, { order }] of newest) this.#orders.set(name, order);
    return [...newest.values()].map(({ form }) => form);
  }

  /** In the place of what was kept of the form. */
  async put(form: KeptForm): Promise<void> {
    const order = this.#orders.get(form.name) ?? unusedOrder();
    this.#orders.set(form.name, order);
    await this.#store.put({ ...(await this.#seal.seal(form)), order });
  }

  async remove(name: string): Promise<void> {
    const order = this.#orders.get(name);
    if (order !== undefined) await this.#store.remove([order]);
    this.#orders.delete(name);
  }

  close(): void {
    this.#store.close();
  }
}

function isForm(value: unknown): value is KeptForm {
  return typeof value === 'object' && value !== null && 'name' in value && 'fields' in value && 'typedAt' in value;
}

/** Other tabs keep their forms in the same place. */
function unusedOrder(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}

function nameOf(path: string): string {
  return `vagus.forms ${path}`;
}
