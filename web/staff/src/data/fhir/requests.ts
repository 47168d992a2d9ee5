import { serverAway } from '../live/serverAway';
import { forAsker, session } from '../session/session';
import type { Bundle, Resource } from './resources';
import { hearServerTime } from '../../time/serverTime';

/** The server refused a FHIR request, or failed at it. */
export class FhirRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly reference: string | null,
  ) {
    super(`FHIR request refused: ${status} ${code}`);
    this.name = 'FhirRefusal';
  }
}

/** There was no answer: no network, no server, or not in time. */
export class NoAnswer extends Error {
  constructor(
    readonly offline: boolean,
    /** It was sent and would have changed something: whether it did is not known. */
    readonly mayHaveChanged: boolean,
  ) {
    super(offline ? 'offline' : 'no answer');
    this.name = 'NoAnswer';
  }
}

const readTimeoutMs = 30_000;
const writeTimeoutMs = 20_000;

export interface Page<T extends Resource> {
  readonly resources: T[];
  /** Address of the next page on this server; null at the end. */
  readonly next: string | null;
  readonly total: number | null;
}

export type Parameters = readonly (readonly [name: string, value: string])[];

/** One value of a search parameter: what separates values and parts of values in FHIR is text here. */
export function searchValue(text: string): string {
  return text.replaceAll(/[\\,|$]/g, (sign) => `\\${sign}`);
}

/** Any of these values will do. */
export function oneOf(texts: readonly string[]): string {
  return texts.map(searchValue).join(',');
}

export function search<T extends Resource>(type: string, parameters: Parameters): Promise<Page<T>> {
  return readPage<T>(`/fhir/${type}?${encode(parameters)}`);
}

/** A page with the resources that its matches refer to, as far as `_include` asks for them. */
export async function searchWithIncluded<T extends Resource>(
  type: string,
  parameters: Parameters,
): Promise<PageWithIncluded<T>> {
  return readPageWithIncluded<T>(`/fhir/${type}?${encode(parameters)}`);
}

export type PageWithIncluded<T extends Resource> = Page<T> & { readonly included: readonly Resource[] };

/** The next page, with what its matches refer to like the first. */
export async function readPageWithIncluded<T extends Resource>(address: string, signal?: AbortSignal): Promise<PageWithIncluded<T>> {
  const response = await send(address, signal ? { signal } : {});
  const bundle = (await response.json()) as Bundle;
  const included = (bundle.entry ?? []).flatMap(({ resource, search: found }) => (resource && found?.mode === 'include' ? [resource] : []));
  return { ...toPage<T>(bundle), included };
}

/** For parameters that say something about a person: they travel in the body, for addresses end up in logs. */
export async function searchInBody<T extends Resource>(type: string, parameters: Parameters): Promise<Page<T>> {
  const response = await send(`/fhir/${type}/_search`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: encode(parameters),
  });
  return toPage<T>((await response.json()) as Bundle);
}

export async function readPage<T extends Resource>(address: string, signal?: AbortSignal): Promise<Page<T>> {
  const response = await send(address, signal ? { signal } : {});
  return toPage<T>((await response.json()) as Bundle);
}

/** All pages, up to a limit that no clinic's day reaches. */
export async function searchAll<T extends Resource>(type: string, parameters: Parameters, pages = 20): Promise<T[]> {
  let page = await search<T>(type, parameters);
  const all = [...page.resources];
  for (let count = 1; page.next && count < pages; count += 1) {
    page = await readPage<T>(page.next);
    all.push(...page.resources);
  }
  return all;
}

export async function read<T extends Resource>(type: string, id: string): Promise<T> {
  const response = await send(`/fhir/${type}/${encodeURIComponent(id)}`, {});
  return (await response.json()) as T;
}

/** A new resource under the id that it has; 412 where there is one already. */
export async function createAs<T extends Resource>(resource: T): Promise<T> {
  const response = await send(addressOf(resource), body(resource, { 'If-None-Match': '*' }));
  return (await response.json()) as T;
}

/** Replaces exactly the version that was read; 412 when somebody else was faster. */
export async function update<T extends Resource>(resource: T): Promise<T> {
  const match = { 'If-Match': `W/"${resource.meta?.versionId ?? ''}"` };
  const response = await send(addressOf(resource), body(resource, match));
  return (await response.json()) as T;
}

function addressOf({ resourceType, id }: Resource): string {
  return `/fhir/${resourceType}/${encodeURIComponent(id ?? '')}`;
}

function body(resource: Resource, headers: Record<string, string>): RequestInit {
  return {
    method: 'PUT',
    headers: { 'Content-Type': 'application/fhir+json', Prefer: 'return=representation', ...headers },
    body: JSON.stringify(resource),
  };
}

async function send(address: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('Accept', 'application/fhir+json');
  const response = await ask(address, { ...init, headers });
  if (response.ok) return response;
  throw await refusal(response);
}

/**
 * A request as the signed-in person. What gets no answer in time is told as that, and not waited for in secret; what is answered after that
 * person has left comes to nobody.
 */
export function ask(address: string, init: RequestInit): Promise<Response> {
  return forAsker(answerTo(address, init));
}

async function answerTo(address: string, init: RequestInit): Promise<Response> {
  const changes = (init.method ?? 'GET') !== 'GET' && !(init.method === 'POST' && address.endsWith('/_search'));
  const offline = globalThis.navigator?.onLine === false;
  const limit = AbortSignal.timeout(changes ? writeTimeoutMs : readTimeoutMs);
  const askedAt = Date.now();
  try {
    const response = await session.fetch(address, { ...init, signal: init.signal ? AbortSignal.any([init.signal, limit]) : limit });
    if (response.ok) hearServerTime(response.headers.get('Date'), askedAt, Date.now());
    // The whole of it: nothing of the answer arrives when somebody else is there.
    await response.clone().arrayBuffer();
    serverAway.set(false);
    return response;
  } catch (error) {
    if (init.signal?.aborted || (!(error instanceof TypeError) && !limit.aborted)) throw error;
    serverAway.set(true);
    throw new NoAnswer(offline, changes && !offline);
  }
}

async function refusal(response: Response): Promise<FhirRefusal> {
  const told = (await response.json().catch(() => null)) as {
    issue?: { code?: string; details?: { coding?: { code?: string }[] } }[];
    code?: string;
    traceId?: string;
  } | null;
  const issue = told?.issue?.[0];
  const code = told?.code ?? issue?.details?.coding?.[0]?.code ?? issue?.code ?? `http_${response.status}`;
  return new FhirRefusal(response.status, code, told?.traceId ?? null);
}

function toPage<T extends Resource>(bundle: Bundle): Page<T> {
  const matches = (bundle.entry ?? []).filter((entry) => entry.search?.mode !== 'include' && entry.search?.mode !== 'outcome');
  const next = bundle.link?.find((link) => link.relation === 'next')?.url;
  return {
    resources: matches.flatMap((entry) => (entry.resource ? [entry.resource as T] : [])),
    next: next ? onThisServer(next) : null,
    total: bundle.total ?? null,
  };
}

/** A link may name the server by another host (behind a proxy); the token goes to our own origin only. */
function onThisServer(link: string): string {
  const { pathname, search: query } = new URL(link, globalThis.location.origin);
  return pathname + query;
}

function encode(parameters: Parameters): string {
  return new URLSearchParams(parameters.map(([name, value]) => [name, value])).toString();
}
