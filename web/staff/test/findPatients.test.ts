import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findPatients } from '../src/data/fhir/findPatients';
import { session } from '../src/data/session/session';

let bodies: string[];
let found: (body: string) => object[];

beforeEach(() => {
  bodies = [];
  found = () => [{ resourceType: 'Patient', id: 'kenji' }];
  vi.stubGlobal('location', { origin: 'http://clinic.example' });
  vi.spyOn(session, 'fetch').mockImplementation((_address, init) => {
    const body = String(init?.body ?? '');
    bodies.push(body);
    return Promise.resolve(Response.json({ resourceType: 'Bundle', entry: found(body).map((resource) => ({ resource })) }));
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** What the server was asked for, without paging. */
async function asked(typed: string): Promise<string[]> {
  await findPatients(typed, 20);
  return bodies.map((body) =>
    [...new URLSearchParams(body)].filter(([name]) => !name.startsWith('_')).map(([name, value]) => `${name}=${value}`).join(' '),
  );
}

test.each([
  ['kenji chen', 'name=kenji name=chen'],
  ['  Chen   Kenji ', 'name=Chen name=Kenji'],
  ['chen, kenji', 'name=chen name=kenji'],
  ['kenj che', 'name=kenj name=che'],
  ["O'Brien-Smith", "name=O'Brien-Smith"],
  ['a|b $c \\d', 'name=a\\|b name=\\$c name=\\\\d'],
])('Every word of %j must fit some name, in any order', async (typed, expected) => {
  expect(await asked(typed)).toEqual([expected]);
});

test.each([
  ['9/14/2013', 'birthdate=2013-09-14'],
  ['14/9/2013', 'birthdate=2013-09-14'],
  ['14.9.2013', 'birthdate=2013-09-14'],
  ['2013-09-14', 'birthdate=2013-09-14'],
  ['chen 9/14/2013', 'name=chen birthdate=2013-09-14'],
  ['born 9/14/2013, kenji', 'name=kenji birthdate=2013-09-14'],
])('A birth date typed as %j is searched as one', async (typed, expected) => {
  expect(await asked(typed)).toEqual([expected]);
});

test('Digits are a record number, also where its letters were left away', async () => {
  expect(await asked('100058')).toEqual(['identifier=100058,MRN100058,MR-100058']);
});

test('A record number may be typed with its label and in small letters', async () => {
  expect(await asked('MRN: mrn100058')).toEqual(['identifier=mrn100058,MRN100058']);
});

test('A number that may be a phone number is searched as both, in the spellings that are usual', async () => {
  const [identifier, phone] = await asked('(207) 555-0142');

  expect(identifier).toMatch(/^identifier=\(207\) 555-0142/);
  expect(phone).toBe('phone=(207) 555-0142,2075550142,207-555-0142,207.555.0142,+12075550142,1-207-555-0142');
});

test('Where both find the same person the person stands there once', async () => {
  expect((await findPatients('555-0142', 20)).resources).toHaveLength(1);
});

test('A word inside a name is found when none begins with it', async () => {
  found = (body) => (body.includes('contains') ? [{ resourceType: 'Patient', id: 'cruz' }] : []);

  expect((await findPatients('de la cruz', 20)).resources).toHaveLength(1);
  expect(new URLSearchParams(bodies[1]).getAll('name:contains')).toEqual(['de', 'la', 'cruz']);
});

test('Nothing typed asks for everybody', async () => {
  expect(await asked('   ')).toEqual(['']);
});
