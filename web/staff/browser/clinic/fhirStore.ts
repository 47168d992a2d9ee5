export interface Draft {
  resourceType: string;
  id?: string;
  [field: string]: unknown;
}

export interface Stored extends Draft {
  id: string;
  meta: { versionId: string; lastUpdated: string };
}

/** Resources by type and id, each with its version. */
export class FhirStore {
  readonly #resources = new Map<string, Stored>();
  #ids = 0;
  onWrite: (action: 'created' | 'updated', stored: Stored) => void = () => {};

  put(draft: Draft): Stored {
    this.#ids += 1;
    const id = draft.id ?? `${draft.resourceType.toLowerCase()}-${this.#ids}`;
    const key = `${draft.resourceType}/${id}`;
    const before = this.#resources.get(key);
    const versionId = String(Number(before?.meta.versionId ?? 0) + 1);
    const stored: Stored = { ...draft, id, meta: { versionId, lastUpdated: new Date().toISOString() } };
    this.#resources.set(key, stored);
    this.onWrite(before ? 'updated' : 'created', stored);
    return stored;
  }

  get(type: string, id: string): Stored | undefined {
    return this.#resources.get(`${type}/${id}`);
  }

  all(type: string): Stored[] {
    return [...this.#resources.values()].filter((resource) => resource.resourceType === type);
  }
}
