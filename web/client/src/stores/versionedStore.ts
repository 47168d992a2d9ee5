import { Listeners } from '../listeners.js';
import { isStale } from '../versions.js';
import type { FhirResource } from '../resource.js';

/** How a store knows what it holds. */
export interface Versioning<Item> {
  id(item: Item): string;
  version(item: Item): string | null | undefined;
}

export interface VersionedStoreOptions<Item> {
  /** The order of `items`; without it the order in which they came. */
  compare?: (one: Item, other: Item) => number;
}

/** Removals that are remembered, so that an older answer does not bring back what was removed. */
const rememberRemoved = 10_000;

/**
 * Things by their id, each in the newest version that was seen. Events, answers and pages come in no order between them: what is older
 * than what is there changes nothing.
 */
export class VersionedStore<Item> {
  readonly #versioning: Versioning<Item>;
  readonly #compare: ((one: Item, other: Item) => number) | undefined;
  readonly #watchers = new Listeners<void>();
  readonly #removed = new Map<string, string | null>();
  /** What changed while a list is on its way: the list is older than that. */
  readonly #loads = new Set<Set<string>>();
  #byId = new Map<string, Item>();
  #items: readonly Item[] | null = [];

  constructor(versioning: Versioning<Item>, options: VersionedStoreOptions<Item> = {}) {
    this.#versioning = versioning;
    this.#compare = options.compare;
  }

  /** The same array until something changes. */
  get items(): readonly Item[] {
    this.#items ??= this.#compare ? [...this.#byId.values()].sort(this.#compare) : [...this.#byId.values()];
    return this.#items;
  }

  get(id: string): Item | undefined {
    return this.#byId.get(id);
  }

  watch(watcher: () => void): () => void {
    return this.#watchers.add(watcher);
  }

  /** False where the store has this version or a newer one, or where it was removed at a newer one. */
  put(item: Item): boolean {
    const id = this.#versioning.id(item);
    if (!this.#isNews(id, item)) return false;
    this.#removed.delete(id);
    this.#byId.set(id, item);
    this.#changed(id);
    return true;
  }

  /** Without a version it counts for every version that was. False where the store has a newer one. */
  remove(id: string, version: string | null = null): boolean {
    const current = this.#byId.get(id);
    if (current !== undefined && isStale(this.#versioning.version(current), version) && !this.#isVersion(current, version)) return false;
    this.#forget(id, version ?? (current === undefined ? null : (this.#versioning.version(current) ?? null)));
    this.#byId.delete(id);
    this.#changed(id);
    return true;
  }

  /** Takes a list that is read now for what there is, except for what changes while it is read. */
  async load(read: () => Promise<readonly Item[]>): Promise<void> {
    const meanwhile = new Set<string>();
    this.#loads.add(meanwhile);
    try {
      this.#replace(await read(), meanwhile);
    } finally {
      this.#loads.delete(meanwhile);
    }
  }

  clear(): void {
    this.#removed.clear();
    this.#byId.clear();
    this.#tell();
  }

  #replace(read: readonly Item[], meanwhile: ReadonlySet<string>): void {
    const next = new Map<string, Item>();
    for (const item of read) {
      const id = this.#versioning.id(item);
      if (this.#isNews(id, item)) next.set(id, item);
      else if (this.#byId.has(id)) next.set(id, this.#byId.get(id)!);
    }
    for (const [id, item] of this.#byId) if (meanwhile.has(id) && !next.has(id)) next.set(id, item);
    this.#byId = next;
    this.#tell();
  }

  #isNews(id: string, item: Item): boolean {
    const version = this.#versioning.version(item);
    const current = this.#byId.get(id);
    if (current !== undefined) return !isStale(this.#versioning.version(current), version);
    return !this.#removed.has(id) || !isStale(this.#removed.get(id), version);
  }

  #isVersion(item: Item, version: string | null): boolean {
    return this.#versioning.version(item) === version;
  }

  #forget(id: string, version: string | null): void {
    this.#removed.delete(id);
    this.#removed.set(id, version);
    if (this.#removed.size > rememberRemoved) this.#removed.delete(this.#removed.keys().next().value!);
  }

  #changed(id: string): void {
    for (const load of this.#loads) load.add(id);
    this.#tell();
  }

  #tell(): void {
    this.#items = null;
    this.#watchers.call();
  }
}

/** A store of FHIR resources of one type. */
export function resourceStore<R extends FhirResource>(options: VersionedStoreOptions<R> = {}): VersionedStore<R> {
  return new VersionedStore<R>({ id: ({ id }) => id, version: ({ meta }) => meta?.versionId }, options);
}
