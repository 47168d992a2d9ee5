import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import { KeptForms, type DeviceKey } from '../src/index';
import { OutboxStore } from '../src/outbox/outboxStore';
import { Seal } from '../src/outbox/sealing';

const path = '/api/auth';
const keyOf = (owner: string, version = 1): DeviceKey => ({
  owner, keyId: `${owner}-${version}`, key: Buffer.alloc(32, `${owner}${version}`).toString('base64url'),
});
const booking = { name: 'book', fields: { reason: 'A cough since Monday' }, typedAt: 1_000 };

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
});

async function stored(): Promise<readonly string[]> {
  const store = await OutboxStore.open(`vagus.forms ${path}`);
  const all = await store.all();
  store.close();
  return all.map(({ content, ...rest }) => JSON.stringify(rest) + Buffer.from(content).toString('latin1'));
}

test('What was typed is there after a reload, and lies on the device unreadable', async () => {
  await (await KeptForms.open(path, keyOf('ana'))).put(booking);

  expect(await (await KeptForms.open(path, keyOf('ana'))).read(0)).toEqual([booking]);
  expect((await stored()).join()).not.toMatch(/cough|book/);
});

const others = [['another person', keyOf('ben')], ['a new key of the same person', keyOf('ana', 2)]] as const;

test.each(others)('To %s nothing is given, and it is deleted', async (_who, key) => {
  await (await KeptForms.open(path, keyOf('ana'))).put(booking);

  expect(await (await KeptForms.open(path, key)).read(0)).toEqual([]);
  expect(await stored()).toEqual([]);
});

test('A form takes the place of what was kept of it before, also in another tab, and what is old is deleted', async () => {
  const [one, other] = [await KeptForms.open(path, keyOf('ana')), await KeptForms.open(path, keyOf('ana'))];
  await one.put({ ...booking, fields: { reason: 'C' } });
  await one.put(booking);
  await other.put({ ...booking, fields: { reason: 'Typed last' }, typedAt: 2_000 });
  await one.put({ name: 'invite', fields: { name: 'Lee' }, typedAt: 10 });

  const read = await (await KeptForms.open(path, keyOf('ana'))).read(500);

  expect(read.map(({ fields }) => fields)).toEqual([{ reason: 'Typed last' }]);
  expect(await stored()).toHaveLength(1);
});

test('What was sent is kept no longer, and erasing needs no key', async () => {
  const forms = await KeptForms.open(path, keyOf('ana'));
  await forms.put(booking);
  await forms.put({ name: 'invite', fields: { name: 'Lee' }, typedAt: 10 });
  await forms.remove('book');
  expect((await forms.read(0)).map(({ name }) => name)).toEqual(['invite']);

  await KeptForms.erase(path);

  expect(await stored()).toEqual([]);
});

test('What is sealed for one purpose is not opened for another', async () => {
  const sealed = await (await Seal.of(keyOf('ana'), 'forms')).seal(booking);

  expect(await (await Seal.of(keyOf('ana'))).open(sealed)).toBeNull();
  expect(await (await Seal.of(keyOf('ana'), 'forms')).open(sealed)).toEqual(booking);
});
