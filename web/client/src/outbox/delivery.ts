import { Problem } from '../session/problem.js';
import type { Requester } from '../session/requestJson.js';
import type { OutboxEntry } from './outboxEntry.js';

/** `later`: nothing was decided; the same again is harmless, for it has the same key of repetition. */
export type Outcome =
  | { readonly kind: 'done'; readonly answer: unknown }
  | { readonly kind: 'conflict' | 'failed'; readonly problem: Problem }
  | { readonly kind: 'later'; readonly mayHaveArrived: boolean };

const limitMs = 60_000;
const conflicts: ReadonlySet<number> = new Set([409, 412]);
/** Too early, too many, or the server behind another one is away. */
const notNow: ReadonlySet<number> = new Set([401, 408, 425, 429, 502, 503, 504]);
/** A proxy that waited in vain for the server, which may have done it. */
const unanswered: ReadonlySet<number> = new Set([502, 504]);

export async function deliver(session: Requester, { id, request }: Pick<OutboxEntry, 'id' | 'request'>): Promise<Outcome> {
  const { method, address, body, headers } = request;
  try {
    const response = await session.fetch(address, {
      method,
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': id, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(limitMs),
    });
    if (response.ok) return { kind: 'done', answer: await answerIn(response) };
    if (notNow.has(response.status)) return { kind: 'later', mayHaveArrived: unanswered.has(response.status) };
    const problem = await Problem.from(response);
    return { kind: conflicts.has(response.status) ? 'conflict' : 'failed', problem };
  } catch (cause) {
    // Signed out: it waits for the person's next sign-in.
    return { kind: 'later', mayHaveArrived: !(cause instanceof Problem) };
  }
}

/** Null for nothing. It was done, whatever the answer says. */
function answerIn(response: Response): Promise<unknown> {
  return response.json().catch(() => null);
}
