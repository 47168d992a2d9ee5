import { Problem } from '@vagus/client';
import { ask } from '../fhir/requests';

/** A read of the server's own interfaces (`/api`); throws a `Problem` where it is refused. */
export function getJson<Answer>(address: string, signal?: AbortSignal): Promise<Answer> {
  return answerOf<Answer>(address, signal ? { signal } : {});
}

export function sendJson<Answer>(method: 'POST' | 'PUT' | 'PATCH', address: string, body: object | string): Promise<Answer> {
  return answerOf<Answer>(address, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}

export function remove(address: string): Promise<unknown> {
  return answerOf(address, { method: 'DELETE' });
}

async function answerOf<Answer>(address: string, init: RequestInit): Promise<Answer> {
  const response = await ask(address, init);
  if (!response.ok) throw await Problem.from(response);
  const text = await response.text();
  return (text === '' ? null : JSON.parse(text)) as Answer;
}
