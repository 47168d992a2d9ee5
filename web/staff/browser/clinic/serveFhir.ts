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
  const offset = Number(query.get('_offset') ?? 0);
  const link = [{ relation: 'self', url: `http://internal:3000/fhir/${type}` }];
  if (found.length > offset + count) {
    const next = new URLSearchParams(query);
    next.set('_offset', String(offset + count));
    link.push({ relation: 'next', url: `http://internal:3000/fhir/${type}?${next}` });
  }
  const entry = found.slice(offset, offset + count).map((resource) => ({ resource, search: { mode: 'match' } }));
  return { resourceType: 'Bundle', type: 'searchset', total: found.length, link, entry };
}

function matches(resource: Stored, name: string, value: string): boolean {
  if (name === '_id') return value.split(',').includes(resource.id);
  if (name === 'patient') return JSON.stringify(resource).includes(`"Patient/${value}"`);
  if (name === 'name') return words(resource['name']).some((word) => word.startsWith(value.toLowerCase()));
  if (name === 'name:contains') return words(resource['name']).some((word) => word.includes(value.toLowerCase()));
  if (name === 'birthdate') return resource['birthDate'] === value;
  if (name === 'identifier' || name === 'phone') {
    const held = JSON.stringify(resource[name === 'phone' ? 'telecom' : 'identifier'] ?? '');
    return value.split(',').some((one) => held.includes(`"${one}"`));
  }
  if (name === 'category') return JSON.stringify(resource['category'] ?? '').includes(`"${value}"`);
  if (name !== 'date') return true;
  const start = Date.parse(String(resource['start']));
  const limit = Date.parse(value.slice(2));
  return value.startsWith('ge') ? start >= limit : start < limit;
}

function words(name: unknown): string[] {
  return [...JSON.stringify(name ?? '').matchAll(/"(?:family|given|text)":(\[[^\]]*\]|"[^"]*")/g)].flatMap(([, part]) =>
    (part ?? '').toLowerCase().replaceAll(/["[\]]/g, '').split(','),
  );
}
