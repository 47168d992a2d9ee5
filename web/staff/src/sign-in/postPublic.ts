import { Problem } from '@vagus/client';
import { NoAnswer } from '../data/fhir/requests';
import { session } from '../data/session/session';

const limitMs = 20_000;

/** A request of somebody who is not signed in. */
export async function postPublic(name: 'forgot-password' | 'reset-password', body: object): Promise<void> {
  const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`${session.path}/${name}`, { ...init, signal: AbortSignal.timeout(limitMs) }).catch(() => {
    throw new NoAnswer(!navigator.onLine, navigator.onLine);
  });
  if (!response.ok) throw await Problem.from(response);
}
