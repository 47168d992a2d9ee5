import { expect, test, vi } from 'vitest';
import { resourceStore, type FhirResource } from '../src/index';

const resource = (id: string, version: string, status = 'booked'): FhirResource => ({
  resourceType: 'Appointment', id, status, meta: { versionId: version },
});

test('An older version does not replace a newer one, and the watchers hear of what changed only', () => {
  const store = resourceStore();
  const heard = vi.fn();
  store.watch(heard);

  expect(store.put(resource('a', '2', 'arrived'))).toBe(true);
  expect(store.put(resource('a', '1'))).toBe(false);
  expect(store.put(resource('a', '2'))).toBe(false);

  expect(store.items).toEqual([resource('a', '2', 'arrived')]);
  expect(heard).toHaveBeenCalledTimes(1);
});

test('The list is the same object until something changes', () => {
  const store = resourceStore();
  store.put(resource('a', '1'));
  const before = store.items;

  expect(store.items).toBe(before);
  store.put(resource('a', '2'));
  expect(store.items).not.toBe(before);
});

test('What was removed is not brought back by an answer that is older, and is by a newer one', () => {
  const store = resourceStore();
  store.put(resource('a', '2'));

  store.remove('a', '3');

  expect(store.put(resource('a', '2'))).toBe(false);
  expect(store.items).toEqual([]);
  expect(store.put(resource('a', '4'))).toBe(true);
});

test('A removal that is older than what is there changes nothing', () => {
  const store = resourceStore();
  store.put(resource('a', '5'));

  expect(store.remove('a', '3')).toBe(false);

  expect(store.get('a')).toBeDefined();
});

test('A list that was on its way does not undo what happened meanwhile', async () => {
  const store = resourceStore();
  store.put(resource('gone', '1'));
  store.put(resource('kept', '1'));
  let arrive!: (list: FhirResource[]) => void;
  const loading = store.load(() => new Promise((resolve) => (arrive = resolve)));

  store.put(resource('kept', '3'));
  store.put(resource('new', '1'));
  store.put(resource('removed', '1'));
  store.remove('removed', '2');
  arrive([resource('kept', '2'), resource('removed', '1'), resource('other', '1')]);
  await loading;

  expect(store.items.map(({ id, meta }) => `${id}/${meta?.versionId}`).sort()).toEqual(['kept/3', 'new/1', 'other/1']);
});

test('A list that cannot be read leaves what is there', async () => {
  const store = resourceStore();
  store.put(resource('a', '1'));

  await expect(store.load(() => Promise.reject(new Error('out of reach')))).rejects.toThrow('out of reach');

  expect(store.items).toHaveLength(1);
});

test('The order is the one that was asked for', () => {
  const store = resourceStore({ compare: (one, other) => one.id.localeCompare(other.id) });

  store.put(resource('b', '1'));
  store.put(resource('a', '1'));

  expect(store.items.map(({ id }) => id)).toEqual(['a', 'b']);
});
