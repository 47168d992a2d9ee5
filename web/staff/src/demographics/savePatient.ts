import { createAs, FhirRefusal, read, searchInBody, searchValue, update } from '../data/fhir/requests';
import type { Person } from '../data/fhir/resources';
import { changedFields, demographicsOf, withChanges, type Demographics, type Field } from './demographics';

/** What a colleague wrote meanwhile into a field that was changed here as well. */
export interface Clash {
  readonly field: Field;
  readonly theirs: string;
  readonly mine: string;
}

export type Saved =
  | { readonly kind: 'saved'; readonly person: Person }
  | { readonly kind: 'clash'; readonly current: Person; readonly clashes: readonly Clash[] };

/** A retry fails only when somebody writes again: after three the failure is shown. */
const mostAttempts = 3;

/** Under an id of the form's own: a second try after a lost answer registers nobody twice. */
export async function register(id: string, typed: Demographics): Promise<Person> {
  const empty: Person = { resourceType: 'Patient', id, active: true };
  try {
    return await createAs(withChanges(empty, typed, changedFields(demographicsOf(empty), typed)));
  } catch (error) {
    if (!(error instanceof FhirRefusal && error.status === 412)) throw error;
  }

  // An earlier try got through without its answer; what was corrected since is a change of it.
  const known = await read<Person>('Patient', id);
  if (changedFields(demographicsOf(known), typed).length === 0) return known;
  const saved = await save(known, typed);
  return saved.kind === 'saved' ? saved.person : saved.current;
}

/**
 * Writes what was changed since `from`, and nothing else, over exactly the version that it was compared with. What colleagues wrote into
 * other fields meanwhile stays; the same field comes back for a choice, and nothing is written then.
 */
export async function save(from: Person, typed: Demographics): Promise<Saved> {
  const before = demographicsOf(from);
  const mine = changedFields(before, typed);
  let current = from;
  for (let attempt = 1; ; attempt += 1) {
    const now = demographicsOf(current);
    const clashes = mine
      .filter((field) => now[field] !== before[field] && now[field].trim() !== typed[field].trim())
      .map((field) => ({ field, theirs: now[field], mine: typed[field].trim() }));
    if (clashes.length > 0) return { kind: 'clash', current, clashes };
    try {
      return { kind: 'saved', person: await update(withChanges(current, typed, mine)) };
    } catch (error) {
      const isBehind = error instanceof FhirRefusal && (error.status === 412 || error.status === 409);
      if (!isBehind || attempt === mostAttempts) throw error;
      current = await read<Person>('Patient', from.id ?? '');
    }
  }
}

/** Who may be recorded already: of the same family name and birth date, or with the same record number. */
export async function lookalikes({ family, birthDate, recordNumber }: Demographics): Promise<readonly Person[]> {
  const count = ['_count', '5'] as const;
  const searches = [
    family.trim() && birthDate.length === 10 && [['family', searchValue(family.trim())] as const, ['birthdate', birthDate] as const, count],
    recordNumber.trim() && [['identifier', searchValue(recordNumber.trim())] as const, count],
  ].filter((one) => typeof one === 'object');
  const pages = await Promise.all(searches.map((parameters) => searchInBody<Person>('Patient', parameters)));
  return [...new Map(pages.flatMap(({ resources }) => resources).map((person) => [person.id, person])).values()];
}
