import { ask } from '../ask';
import type { CannedResponse } from '../messages';

export async function listCanned(): Promise<readonly CannedResponse[]> {
  const { items } = await ask<{ items: CannedResponse[] }>('GET', '/api/canned-responses');
  return items;
}

/** With what the server knows of the thread's patient put in its places. */
export function fillCanned(id: string, threadId: string): Promise<CannedResponse> {
  return ask('GET', `/api/canned-responses/${encodeURIComponent(id)}?threadId=${encodeURIComponent(threadId)}`);
}
