import { Problem } from './problem.js';
import type { Transport } from './tellProgress.js';

/** `fetch` as the signed-in person; a `BrowserSession` is one. */
export interface Requester {
  fetch(address: string, init?: RequestInit, by?: Transport): Promise<Response>;
}

/** One request in JSON; throws a `Problem` where it is refused. */
export async function requestJson<Answer>(
  requester: Requester,
  [method, address]: readonly [method: 'GET' | 'POST' | 'DELETE', address: string],
  body?: object,
): Promise<Answer> {
  const init = body === undefined ? { method } : { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  const response = await requester.fetch(address, init);
  if (!response.ok) throw await Problem.from(response);
  const text = await response.text();
  return (text === '' ? {} : JSON.parse(text)) as Answer;
}

/** `?name=value`, without what is absent. */
export function queryOf(fields: Readonly<Record<string, string | number | boolean | null | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== null && value !== undefined) query.set(name, String(value));
  return query.size === 0 ? '' : `?${query.toString()}`;
}
