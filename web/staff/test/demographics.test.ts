import { expect, test } from 'vitest';
import { changedFields, demographicsOf, mistakesIn, nobody, withChanges } from '../src/demographics/demographics';
import type { Person } from '../src/data/fhir/resources';

const ana = {
  resourceType: 'Patient', id: 'ana', birthDate: '1984-05-06', _birthDate: { extension: [{ url: 'birthTime' }] },
  name: [{ use: 'maiden', family: 'Soto' }, { use: 'official', text: 'Ana Ruiz', given: ['Ana'], family: 'Ruiz' }],
  telecom: [{ system: 'fax', value: '1' }, { system: 'phone', use: 'home', value: '2' }, { system: 'phone', use: 'work', value: '3' }],
  identifier: [{ system: 'urn:insurer', value: 'x' }, { type: { coding: [{ code: 'MR' }] }, system: 'urn:harbor', value: 'MRN7' }],
  address: [{ use: 'home', text: '1 Quay, Bath', line: ['1 Quay'], city: 'Bath' }, { use: 'old', city: 'York' }],
  extension: [{ url: 'race' }],
} as object as Person;
const shown = demographicsOf(ana);
const changed = (typed: Partial<typeof shown>) => withChanges(ana, { ...shown, ...typed }, changedFields(shown, { ...shown, ...typed }));

test('What was not touched in the form stays as it is, to the last extension', () => {
  expect(changed({})).toEqual(ana);
  expect(changed({ phone: ' 2 ' })).toEqual(ana);
});

test('A change is written into the part that the form shows, and what said the same in other words goes', () => {
  expect(changed({ family: 'Ruiz Soto', given: 'Ana  María' }).name).toEqual([
    { use: 'maiden', family: 'Soto' }, { use: 'official', given: ['Ana', 'María'], family: 'Ruiz Soto' },
  ]);
  expect(changed({ city: 'Wells' }).address).toEqual([{ use: 'home', line: ['1 Quay'], city: 'Wells' }, { use: 'old', city: 'York' }]);
  expect(changed({ birthDate: '1984-05-07' })).not.toHaveProperty('_birthDate');
  expect(changed({ recordNumber: 'MRN8' }).identifier?.map(({ system, value }) => [system, value])).toEqual([
    ['urn:insurer', 'x'], ['urn:harbor', 'MRN8'],
  ]);
});

test('What is emptied is not there: FHIR knows no empty values', () => {
  expect(changed({ phone: '' }).telecom?.map(({ value }) => value)).toEqual(['1', '3']);
  expect(changed({ line: '', city: '' }).address).toEqual([{ use: 'old', city: 'York' }]);
  expect(changed({ birthDate: '', gender: '' })).not.toHaveProperty('birthDate');
});

const told = (typed: object) => Object.keys(mistakesIn({ ...nobody, family: 'Ruiz', ...typed }, '2026-11-29'));

test('Dates that are none, that lie ahead, and persons without a name are told', () => {
  expect(told({})).toEqual([]);
  expect(told({ birthDate: '1984' })).toEqual([]);
  expect(told({ family: ' ' })).toEqual(['family']);
  for (const birthDate of ['6.5.1984', '1984-13-06', '2026-11-30']) expect(told({ birthDate })).toEqual(['birthDate']);
  expect(told({ email: 'ana' })).toEqual(['email']);
});
