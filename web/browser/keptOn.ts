import type { Page } from 'playwright-core';

/** How many writes lie in the browser's storage, and whether any of the secrets (a regular expression) can be read in it. */
export function keptOn(page: Page, secrets: string): Promise<{ writes: number; readable: readonly string[] }> {
  return page.evaluate(async (words) => {
    const storage = {
      answerOf: <T,>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.addEventListener('success', () => resolve(request.result));
          request.addEventListener('error', () => reject(request.error));
        }),
    };
    // That there may be a session stands there with the path of its door.
    const local = Object.entries({ ...localStorage }).filter(([key]) => !key.startsWith('vagus.session '));
    const texts: string[] = [JSON.stringify([local, { ...sessionStorage }])];
    let writes = 0;
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await storage.answerOf(indexedDB.open(name));
      for (const store of Array.from(database.objectStoreNames)) {
        const rows = (await storage.answerOf(database.transaction(store).objectStore(store).getAll())) as Record<string, unknown>[];
        writes += rows.length;
        for (const value of rows.flatMap((row) => Object.values(row))) {
          const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : value instanceof Uint8Array ? value : null;
          texts.push(bytes ? new TextDecoder('latin1').decode(bytes) : String(value));
        }
      }
      database.close();
    }
    for (const cache of await caches.keys()) {
      for (const { url } of await (await caches.open(cache)).keys()) texts.push(url);
    }
    return { writes, readable: texts.filter((text) => new RegExp(words).test(text)) };
  }, secrets);
}
