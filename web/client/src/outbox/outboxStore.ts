import type { Sealed } from './sealing.js';

export interface Stored extends Sealed {
  /** Counts what was put in; never used twice. */
  readonly order: number;
}

const storeName = 'waiting';

/** The sealed writes of one door in IndexedDB, which survive a reload and the end of the browser. */
export class OutboxStore {
  readonly #database: IDBDatabase;

  private constructor(database: IDBDatabase) {
    this.#database = database;
    // An open tab never keeps the data of this site from being deleted.
    database.addEventListener('versionchange', () => database.close());
  }

  static async open(name: string): Promise<OutboxStore> {
    const request = indexedDB.open(name, 1);
    request.addEventListener('upgradeneeded', () =>
      request.result.createObjectStore(storeName, { keyPath: 'order', autoIncrement: true }),
    );
    return new OutboxStore(await answerOf(request));
  }

  /** In their order. */
  all(): Promise<Stored[]> {
    return answerOf(this.#database.transaction(storeName).objectStore(storeName).getAll() as IDBRequest<Stored[]>);
  }

  add(sealed: Sealed): Promise<void> {
    return this.#write((store) => store.add(sealed));
  }

  put(stored: Stored): Promise<void> {
    return this.#write((store) => store.put(stored));
  }

  remove(orders: readonly number[]): Promise<void> {
    return this.#write((store) => orders.forEach((order) => store.delete(order)));
  }

  close(): void {
    this.#database.close();
  }

  /** Answered once it is on the disk. */
  #write(work: (store: IDBObjectStore) => unknown): Promise<void> {
    const transaction = this.#database.transaction(storeName, 'readwrite', { durability: 'strict' });
    return new Promise((resolve, reject) => {
      transaction.addEventListener('complete', () => resolve());
      transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('The write was broken off.')));
      work(transaction.objectStore(storeName));
    });
  }
}

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('The browser keeps nothing.')));
  });
}
