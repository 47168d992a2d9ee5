import { Problem, type Message } from '@vagus/client';
import { NoAnswer } from '../data/fhir/requests';
import { serverAway } from '../data/live/serverAway';
import { session } from '../data/session/session';

/** Somebody else wrote into the thread after what the author had seen; nothing was sent. */
export class NewerMessages extends Error {
  constructor(
    readonly messages: readonly Message[],
    readonly lastSequence: number,
  ) {
    super('newer messages');
    this.name = 'NewerMessages';
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

const readTimeoutMs = 30_000;
const writeTimeoutMs = 20_000;

/** One request to the API of messages, in JSON. Refusals are a `Problem`, a server that does not answer is `NoAnswer`. */
export async function ask<Answer>(method: Method, address: string, body?: object): Promise<Answer> {
  const response = await send(method, address, body);
  if (!response.ok) throw await refusal(response);
  const text = await response.text();
  return (text === '' ? {} : JSON.parse(text)) as Answer;
}

/** A file, as a form with the one field `file`. */
export async function upload<Answer>(address: string, file: File): Promise<Answer> {
  const form = new FormData();
  form.set('file', file);
  const response = await send('POST', address, form);
  if (!response.ok) throw await refusal(response);
  return (await response.json()) as Answer;
}

/** The content of an attachment, through the check of who may see it. */
export async function download(address: string): Promise<Blob> {
  const response = await send('GET', address);
  if (!response.ok) throw await refusal(response);
  return response.blob();
}

async function send(method: Method, address: string, body?: object): Promise<Response> {
  const offline = globalThis.navigator?.onLine === false;
  const limit = AbortSignal.timeout(method === 'GET' ? readTimeoutMs : writeTimeoutMs);
  const json = { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  const content = body instanceof FormData ? { body } : body && json;
  try {
    const response = await session.fetch(address, { method, signal: limit, ...content });
    serverAway.set(false);
    return response;
  } catch (error) {
    if (!(error instanceof TypeError) && !limit.aborted) throw error;
    serverAway.set(true);
    throw new NoAnswer(offline, method !== 'GET' && !offline);
  }
}

async function refusal(response: Response): Promise<Error> {
  const text: unknown = await response.clone().json().catch(() => null);
  const told = text as Partial<NewerMessages & { code: string }> | null;
  if (told?.code === 'newer_messages') return new NewerMessages(told.messages ?? [], told.lastSequence ?? 0);
  return Problem.from(response);
}
