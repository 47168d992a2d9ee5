import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer } from './answer';
import type { Draft, FhirStore, Stored } from './fhirStore';

export function serveFhir(
  store: FhirStore,
  request: IncomingMessage,
  pathname: string,
  query: URLSearchParams,
  body: string,
  response: ServerResponse,
): void {
  const [, , type = '', id] = pathname.split('/');
  if (id === '_search') return answer(response, 200, search(store, type, new URLSearchParams(body)));
  if (request.method === 'POST') return answer(response, 201, store.put(JSON.parse(body) as Draft));
  if (!id) return answer(response, 200, search(store, type, query));
  const stored = store.get(type, id);
  if (!stored) return refuse(response, 404, 'Not found');
  if (request.method !== 'PUT') return answer(response, 200, stored);
  if (request.headers['if-match'] !== `W/"${stored.meta.versionId}"`) return refuse(response, 412, 'The version does not match');
  answer(response, 200, store.put(JSON.parse(body) as Draft));
}

function refuse(response: ServerResponse, status: number, text: string): void {
  const issue = [{ severity: 'error', code: 'processing', details: { text } }];
  answer(response, status, { resourceType: 'OperationOutcome', issue });
}

function search(store: FhirStore, type: string, query: URLSearchParams): object {
  const found = store.all(type).filter((resource) => [...query].every(([name, value]) => matches(resource, name, value)));
  const count = Number(query.get('_count') ?? 50);
  const offset = Number(query.getAll('_offset').at(-1) ?? 0);
  const entry = found.slice(offset, offset + count).map((resource) => ({ resource, search: { mode: 'match' } }));
  const next = new URLSearchParams([...query, ['_offset', String(offset + count)]]);
  const link = found.length > offset + count ? [{ relation: 'next', url: `http://internal:3000/fhir/${type}?${next}` }] : [];
  return { resourceType: 'Bundle', type: 'searchset', total: found.length, link, entry };
}

/** The parameters that these tests need to find the right resources; others are ignored. */
function matches(resource: Stored, name: string, value: string): boolean {
  if (name === '_id') return value.split(',').includes(resource.id);
  if (name === 'patient') return JSON.stringify(resource).includes(`"Patient/${value}"`);
  if (name === 'name') return words(resource['name']).some((word) => word.startsWith(value.toLowerCase()));
  if (name !== 'date') return true;
  const start = Date.parse(String(resource['start']));
  const limit = Date.parse(value.slice(2));
  return value.startsWith('ge') ? start >= limit : start < limit;
}

function words(names: unknown): string[] {
  const [name] = (names ?? []) as { given: string[]; family: string }[];
  return [...(name?.given ?? []), name?.family ?? ''].map((word) => word.toLowerCase());
}
