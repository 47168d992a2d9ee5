import { Problem, tellProgress, type Message } from '@vagus/client';
import { NoAnswer } from '../data/fhir/requests';
import { serverAway } from '../data/live/serverAway';
import { forAsker, session } from '../data/session/session';

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

/**
 * One request to the API of messages, in JSON. Refusals are a `Problem`, a server that does not answer is `NoAnswer`. What is answered
 * after the person has left comes to nobody.
 */
export function ask<Answer>(method: Method, address: string, body?: object): Promise<Answer> {
  return forAsker(askRegardless<Answer>(method, address, body));
}

/** The same whoever is there then: for drafts, which outlive the sign-in for their author. */
export async function askRegardless<Answer>(method: Method, address: string, body?: object): Promise<Answer> {
  const response = await send(method, address, body);
  if (!response.ok) throw await refusal(response);
  const text = await response.text();
  return (text === '' ? {} : JSON.parse(text)) as Answer;
}

/** How an upload tells of itself, and is stopped. */
export interface UploadWatch {
  /** The share of the file that has gone out, from 0 to 1. */
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

/**
 * A file of a draft, as a form with the one field `file`; it has as long as bytes go out. What is stopped rejects with its signal's reason.
 */
export async function upload<Answer>(address: string, file: File, { onProgress, signal }: UploadWatch): Promise<Answer> {
  const body = new FormData();
  body.set('file', file);
  const response = await answered(true, () => session.fetch(address, { method: 'POST', body, signal }, tellProgress(onProgress)));
  if (!response.ok) throw await refusal(response);
  return (await response.json()) as Answer;
}

/** The content of an attachment, through the check of who may see it. */
export function download(address: string): Promise<Blob> {
  return forAsker(contentAt(address));
}

async function contentAt(address: string): Promise<Blob> {
  const response = await send('GET', address);
  if (!response.ok) throw await refusal(response);
  return response.blob();
}

function send(method: Method, address: string, body?: object): Promise<Response> {
  const isChange = method !== 'GET';
  const signal = AbortSignal.timeout(isChange ? writeTimeoutMs : readTimeoutMs);
  const content = body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  return answered(isChange, () => session.fetch(address, { method, signal, ...content }), signal);
}

async function answered(isChange: boolean, request: () => Promise<Response>, limit?: AbortSignal): Promise<Response> {
  const offline = globalThis.navigator?.onLine === false;
  try {
    const response = await request();
    serverAway.set(false);
    return response;
  } catch (error) {
    if (!(error instanceof TypeError) && !limit?.aborted) throw error;
    serverAway.set(true);
    throw new NoAnswer(offline, isChange && !offline);
  }
}

async function refusal(response: Response): Promise<Error> {
  const text: unknown = await response.clone().json().catch(() => null);
  const told = text as Partial<NewerMessages & { code: string }> | null;
  if (told?.code === 'newer_messages') return new NewerMessages(told.messages ?? [], told.lastSequence ?? 0);
  return Problem.from(response);
}
