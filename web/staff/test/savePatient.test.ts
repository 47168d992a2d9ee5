import { afterEach, expect, test, vi } from 'vitest';
import type { Person } from '../src/data/fhir/resources';
import { session } from '../src/data/session/session';
import { demographicsOf } from '../src/demographics/demographics';
import { lookalikes, register, save } from '../src/demographics/savePatient';

const at = (version: number, more: Partial<Person>): Person => ({
  resourceType: 'Patient', id: 'ana', meta: { versionId: String(version) }, name: [{ family: 'Ruiz' }], ...more,
});
const phone = (value: string) => [{ system: 'phone', value }];

/** The record on a server that refuses what was not made from it. */
class Stored {
  written: Person[] = [];
  readonly addresses: string[] = [];
  readonly registered = new Set<string>();

  constructor(public current: Person) {
    vi.spyOn(session, 'fetch').mockImplementation((address, init = {}) => Promise.resolve(this.#answer(address, init)));
  }

  #answer(address: string, init: RequestInit): Response {
    this.addresses.push(address);
    if (address.endsWith('_search')) return Response.json({ resourceType: 'Bundle', entry: [{ resource: this.current }] });
    if (init.method !== 'PUT') return Response.json(this.current);
    const match = new Headers(init.headers).get('If-Match');
    const isAbsent = new Headers(init.headers).get('If-None-Match') === '*' && !this.registered.has(address);
    if (isAbsent) this.registered.add(address);
    else if (match !== `W/"${this.current.meta?.versionId}"`) return Response.json({}, { status: 412 });
    this.current = JSON.parse(String(init.body)) as Person;
    this.written.push(this.current);
    return Response.json(this.current);
  }
}

afterEach(() => vi.restoreAllMocks());

test('What a colleague wrote into another field meanwhile stays', async () => {
  const opened = at(1, { telecom: phone('1') });
  const server = new Stored(at(2, { telecom: phone('1'), birthDate: '1984-05-06' }));

  const saved = await save(opened, { ...demographicsOf(opened), phone: '2' });

  expect(saved.kind).toBe('saved');
  expect(server.written).toMatchObject([{ birthDate: '1984-05-06', telecom: phone('2') }]);
});

test('The parts of a name and an address that a colleague wrote meanwhile stay', async () => {
  const opened = at(1, { name: [{ family: 'Ruiz', given: ['Ana'] }], address: [{ line: ['1 Quay'], city: 'Bath' }] });
  const server = new Stored(at(2, {
    name: [{ family: 'Ruiz', given: ['Ana María'] }], address: [{ line: ['12 Main St, Apt 4'], city: 'Bath', postalCode: 'BA1' }],
  }));

  await save(opened, { ...demographicsOf(opened), family: 'Ruiz Soto', city: 'Wells' });

  expect(server.written).toMatchObject([{
    name: [{ family: 'Ruiz Soto', given: ['Ana María'] }], address: [{ line: ['12 Main St, Apt 4'], city: 'Wells', postalCode: 'BA1' }],
  }]);
});

test('A second try after a lost answer registers nobody twice', async () => {
  const server = new Stored(at(1, {}));
  const typed = { ...demographicsOf(at(1, {})), family: 'Ruiz' };

  await register('id-of-the-form', typed);
  server.current = { ...server.current, identifier: [{ value: 'of an interface' }], meta: { versionId: '2' } };
  await register('id-of-the-form', { ...typed, phone: '7' });

  expect(new Set(server.addresses)).toEqual(new Set(['/fhir/Patient/id-of-the-form']));
  expect(server.current).toMatchObject({ name: [{ family: 'Ruiz' }], identifier: [{ value: 'of an interface' }], telecom: phone('7') });
});

test('The same field comes back for a choice, and nothing is written', async () => {
  const opened = at(1, { telecom: phone('1') });
  const server = new Stored(at(2, { telecom: phone('3') }));

  const saved = await save(opened, { ...demographicsOf(opened), phone: '2' });

  const clashes = [{ field: 'phone', theirs: '3', mine: '2' }];
  expect(saved).toMatchObject({ kind: 'clash', clashes, current: { meta: { versionId: '2' } } });
  expect(server.written).toEqual([]);
});

test('Who wrote the same as a colleague has no conflict', async () => {
  const opened = at(1, { telecom: phone('1') });
  const server = new Stored(at(2, { telecom: phone('2') }));

  expect((await save(opened, { ...demographicsOf(opened), phone: '2' })).kind).toBe('saved');
  expect(server.current.telecom).toEqual(phone('2'));
});

test('Who may be the same person is asked for in the body, for addresses end up in logs', async () => {
  const server = new Stored(at(1, {}));

  const found = await lookalikes({ ...demographicsOf(at(1, {})), birthDate: '1984-05-06', recordNumber: 'MRN7' });

  expect(found.map(({ id }) => id)).toEqual(['ana']);
  expect(server.addresses).toEqual(['/fhir/Patient/_search', '/fhir/Patient/_search']);
});
