import type { Person } from '../data/fhir/resources';
import { conceptCode } from '../data/fhir/words';

/** What the form shows of a Patient, each field as text. */
export interface Demographics {
  readonly given: string;
  readonly family: string;
  readonly birthDate: string;
  readonly gender: string;
  readonly recordNumber: string;
  readonly phone: string;
  readonly email: string;
  readonly line: string;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  readonly country: string;
}

export type Field = keyof Demographics;

export const labels: Readonly<Record<Field, string>> = {
  given: 'Given names', family: 'Family name', birthDate: 'Birth date', gender: 'Sex', recordNumber: 'Record number (MRN)',
  phone: 'Telephone', email: 'Email', line: 'Street and number', city: 'City', state: 'State',
  postalCode: 'Postal code', country: 'Country',
};

export const fields = Object.keys(labels) as readonly Field[];

export const nobody = Object.fromEntries(fields.map((field) => [field, ''])) as unknown as Demographics;

export const sexes = [
  { value: 'female', label: 'Female' },
  { value: 'male', label: 'Male' },
  { value: 'other', label: 'Other' },
  { value: 'unknown', label: 'Unknown' },
] as const;

const recordNumberType = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] };

export function demographicsOf(person: Person): Demographics {
  const name = nameOf(person);
  const address = person.address?.[0];
  return {
    given: name?.given?.join(' ') ?? '',
    family: name?.family ?? (name?.given ? '' : (name?.text ?? '')),
    birthDate: person.birthDate ?? '',
    gender: person.gender ?? '',
    recordNumber: person.identifier?.find(isRecordNumber)?.value ?? '',
    phone: person.telecom?.find(({ system }) => system === 'phone')?.value ?? '',
    email: person.telecom?.find(({ system }) => system === 'email')?.value ?? '',
    line: address?.line?.join(', ') ?? '',
    city: address?.city ?? '',
    state: address?.state ?? '',
    postalCode: address?.postalCode ?? '',
    country: address?.country ?? '',
  };
}

export function changedFields(from: Demographics, to: Demographics): readonly Field[] {
  return fields.filter((field) => from[field].trim() !== to[field].trim());
}

export type Mistakes = Partial<Record<Field, string>>;

export function mistakesIn(typed: Demographics, today: string): Mistakes {
  const mistakes: Mistakes = {};
  if (typed.family.trim() === '' && typed.given.trim() === '') mistakes.family = 'Write a name';
  const born = typed.birthDate.trim();
  if (born !== '' && !/^\d{4}(-\d{2}(-\d{2})?)?$/.test(born)) mistakes.birthDate = 'Write it like 1984-05-06';
  else if (born.length === 10 && Number.isNaN(Date.parse(born))) mistakes.birthDate = 'There is no such day';
  else if (born > today) mistakes.birthDate = 'It lies in the future';
  if (typed.email.trim() !== '' && !/^\S+@\S+$/.test(typed.email.trim())) mistakes.email = 'Write an e-mail address';
  return mistakes;
}

/** The record with what was changed in the form, and everything else as it is: other names, numbers, addresses and extensions stay. */
export function withChanges(person: Person, typed: Demographics, changed: readonly Field[]): Person {
  const next = structuredClone(person);
  const is = (...some: Field[]) => some.some((field) => changed.includes(field));
  if (is('given', 'family')) setName(next, typed, changed);
  if (is('birthDate')) {
    set(next, 'birthDate', typed.birthDate.trim());
    // The time of birth that stands there is of the other day.
    Reflect.deleteProperty(next, '_birthDate');
  }
  if (is('gender')) set(next, 'gender', typed.gender);
  if (is('recordNumber')) setRecordNumber(next, typed.recordNumber.trim());
  if (is('phone')) setTelecom(next, 'phone', typed.phone.trim());
  if (is('email')) setTelecom(next, 'email', typed.email.trim());
  if (is('line', 'city', 'state', 'postalCode', 'country')) setAddress(next, typed, changed);
  return next;
}

function nameOf(person: Person) {
  return person.name?.find(({ use }) => use === 'official') ?? person.name?.[0];
}

function setName(person: Person, typed: Demographics, changed: readonly Field[]): void {
  const known = nameOf(person);
  const name = known ?? { use: 'official' };
  // A name in words alone was shown as the family name: without the words it is written in its parts.
  const hasParts = Boolean(name.family || name.given);
  const words = name.text ?? '';
  // The text repeated the former name.
  delete name.text;
  if (changed.includes('family')) set(name, 'family', typed.family.trim());
  else if (!hasParts) set(name, 'family', words);
  if (!hasParts || changed.includes('given')) set(name, 'given', typed.given.trim().split(/\s+/).filter(Boolean));
  if (!known) person.name = [...(person.name ?? []), name];
}

function setRecordNumber(person: Person, value: string): void {
  const known = person.identifier?.find(isRecordNumber);
  if (value === '') set(person, 'identifier', person.identifier?.filter((one) => one !== known) ?? []);
  else if (known) known.value = value;
  else person.identifier = [...(person.identifier ?? []), { type: recordNumberType, value }];
}

function setTelecom(person: Person, system: 'phone' | 'email', value: string): void {
  const known = person.telecom?.find((one) => one.system === system);
  if (value === '') set(person, 'telecom', person.telecom?.filter((one) => one !== known) ?? []);
  else if (known) known.value = value;
  else person.telecom = [...(person.telecom ?? []), { system, value }];
}

function setAddress(person: Person, typed: Demographics, changed: readonly Field[]): void {
  const [known, ...others] = person.address ?? [];
  const address: NonNullable<Person['address']>[number] & { text?: string } = { ...known };
  delete address.text;
  if (changed.includes('line')) set(address, 'line', typed.line.split(',').map((part) => part.trim()).filter(Boolean));
  for (const part of ['city', 'state', 'postalCode', 'country'] as const) {
    if (changed.includes(part)) set(address, part, typed[part].trim());
  }
  const isEmpty = !address.line && !address.city && !address.state && !address.postalCode && !address.country;
  set(person, 'address', isEmpty ? others : [address, ...others]);
}

function isRecordNumber({ type }: { type?: { coding?: { code?: string }[] } }): boolean {
  return conceptCode(type) === 'MR';
}

/** FHIR knows no empty values. */
function set<Part extends object, Name extends keyof Part>(part: Part, name: Name, value: Part[Name]): void {
  if (value === '' || (Array.isArray(value) && value.length === 0)) delete part[name];
  else part[name] = value;
}
