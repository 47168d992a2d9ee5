import { Problem, tellProgress, whileSignedIn, type Requester, type SessionState } from '@vagus/client';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

const readLimitMs = 30_000;
const sendLimitMs = 60_000;

/** How an upload tells of itself, and is stopped. */
export interface UploadWatch {
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

/** There was no answer: the server cannot be reached, or it took too long. */
export class NoAnswer extends Error {
  constructor(
    readonly isOffline: boolean,
    /** The server may have done what it was asked. */
    readonly mayHaveChanged: boolean,
  ) {
    super('The server did not answer.');
    this.name = 'NoAnswer';
  }
}

/** Who asks: a `BrowserSession`. */
export type Asker = Requester & { readonly state: SessionState };

/**
 * One request in JSON. Throws a `Problem` where it is refused and `NoAnswer` where nothing came. What is answered after the person has left
 * comes to nobody: it would be shown to the next one.
 */
export function ask<Answer>(asker: Asker, method: Method, address: string, body?: object): Promise<Answer> {
  return whileSignedIn(asker, askRegardless<Answer>(asker, method, address, body));
}

/** The same whoever is there then: for drafts, which outlive the sign-in for their author, and for those who are not signed in. */
export async function askRegardless<Answer>(requester: Requester, method: Method, address: string, body?: object): Promise<Answer> {
  const response = await send(requester, method, address, initOf(body));
  if (!response.ok) throw await Problem.from(response);
  const text = await response.text();
  return (text === '' ? {} : JSON.parse(text)) as Answer;
}

/** One file of a draft, in a form; it has as long as bytes go out. What is stopped rejects with the reason of its signal. */
export async function sendFile<Answer>(requester: Requester, address: string, file: File, watch: UploadWatch): Promise<Answer> {
  if (!navigator.onLine) throw new NoAnswer(true, false);
  const body = new FormData();
  body.set('file', file);
  const { signal, onProgress } = watch;
  const response = await answered(requester.fetch(address, { method: 'POST', body, signal }, tellProgress(onProgress)), true);
  if (!response.ok) throw await Problem.from(response);
  return (await response.json()) as Answer;
}

interface ChartAnswer<Answer> {
  readonly answer: Answer;
  readonly sequence: number;
}

/** One page of a list of the chart, and the position of the log up to which the chart was made. */
export function askChart<Answer>(asker: Asker, address: string): Promise<ChartAnswer<Answer>> {
  return whileSignedIn(asker, chartAt<Answer>(asker, address));
}

async function chartAt<Answer>(requester: Requester, address: string): Promise<ChartAnswer<Answer>> {
  const response = await send(requester, 'GET', address, {});
  if (!response.ok) throw await Problem.from(response);
  return { answer: (await response.json()) as Answer, sequence: Number(response.headers.get('Vagus-Sequence') ?? Infinity) };
}

/** The bytes of a file. */
export function fetchFile(asker: Asker, address: string): Promise<Blob> {
  return whileSignedIn(asker, contentAt(asker, address));
}

async function contentAt(requester: Requester, address: string): Promise<Blob> {
  const response = await send(requester, 'GET', address, {});
  if (!response.ok) throw await Problem.from(response);
  return response.blob();
}

async function send(requester: Requester, method: Method, address: string, init: RequestInit): Promise<Response> {
  if (!navigator.onLine) throw new NoAnswer(true, false);
  const signal = AbortSignal.timeout(method === 'GET' ? readLimitMs : sendLimitMs);
  return answered(requester.fetch(address, { ...init, method, signal }), method !== 'GET');
}

async function answered(request: Promise<Response>, isChange: boolean): Promise<Response> {
  try {
    return await request;
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new NoAnswer(!navigator.onLine, isChange);
  }
}

function initOf(body: object | undefined): RequestInit {
  return body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
}

/** `?name=value`, without what is absent. */
export function queryOf(fields: Readonly<Record<string, string | null | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== null && value !== undefined) query.set(name, value);
  return query.size === 0 ? '' : `?${query.toString()}`;
}
