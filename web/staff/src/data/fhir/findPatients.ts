import { oneOf, search, searchInBody, searchValue, type Page, type Parameters } from './requests';
import type { Person } from './resources';
import { readSearch, type PatientSearch } from './readSearch';

/**
 * Everybody, or those whom every part of the typed text fits: names by their beginning and in any order, a birth date, a record
 * or phone number. Who changed last stands first. What was typed goes in the body: addresses end up in logs.
 */
export async function findPatients(typed: string, count: number): Promise<Page<Person>> {
  const paging: Parameters = [
    ['_count', String(count)],
    ['_sort', '-_lastUpdated'],
  ];
  const wanted = readSearch(typed);
  const asked = questions(wanted, 'name');
  if (asked.length === 0) return search<Person>('Patient', paging);
  const found = await ask(asked, paging);
  // A part of a name need not stand at its beginning: "de la Cruz", "Mary Ann".
  if (found.resources.length > 0 || wanted.names.length === 0) return found;
  return ask(questions(wanted, 'name:contains'), paging);
}

/** The searches whose results together are the answer: a number is a record number or a phone number. */
function questions({ names, birthDate, number }: PatientSearch, by: 'name' | 'name:contains'): Parameters[] {
  const always: Parameters = [
    ...names.map((name) => [by, searchValue(name)] as const),
    ...(birthDate ? [['birthdate', birthDate] as const] : []),
  ];
  if (number === null) return always.length > 0 ? [always] : [];
  const phones = phoneSpellings(number);
  return [
    [...always, ['identifier', oneOf(recordNumbers(number))] as const],
    ...(phones.length > 0 ? [[...always, ['phone', oneOf(phones)] as const]] : []),
  ];
}

async function ask(searches: readonly Parameters[], paging: Parameters): Promise<Page<Person>> {
  const pages = await Promise.all(searches.map((parameters) => searchInBody<Person>('Patient', [...parameters, ...paging])));
  const [only] = pages;
  if (only && pages.length === 1) return only;
  const people = new Map(pages.flatMap((page) => page.resources).map((person) => [person.id, person]));
  return { resources: [...people.values()], next: null, total: people.size };
}

/** As typed, in capitals, and with the letters that people leave away. */
function recordNumbers(number: string): string[] {
  const bare = number.replace(/^#/, '');
  return [...new Set([bare, bare.toUpperCase(), ...(/^\d+$/.test(bare) ? [`MRN${bare}`, `MR-${bare}`] : [])])];
}

/** Phone numbers are found exactly as they are recorded, so the usual spellings are asked for together. */
function phoneSpellings(number: string): string[] {
  if (!/^[+\d().\s-]+$/.test(number)) return [];
  const digits = number.replaceAll(/\D/g, '').replace(/^1(?=\d{10}$)/, '');
  if (digits.length < 7) return [];
  const [area, exchange, line] = [digits.slice(0, -7), digits.slice(-7, -4), digits.slice(-4)];
  const local = `${exchange}-${line}`;
  const withArea = [`${area}-${local}`, `(${area}) ${local}`, `${area}.${exchange}.${line}`, `+1${digits}`, `1-${area}-${local}`];
  const spelled = area ? withArea : [local];
  return [...new Set([number, digits, ...spelled])];
}
