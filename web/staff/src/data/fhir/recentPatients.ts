import { Observable, useObservable } from '../../observable';
import { whenPersonLeaves } from '../session/leaving';
import type { Person } from './resources';

const atMost = 8;
const recent = new Observable<readonly Person[]>([]);

/** Whose record was opened lately on this page; kept in memory alone, and forgotten when the person leaves. */
export function rememberPatient(person: Person): void {
  recent.set([person, ...recent.value.filter(({ id }) => id !== person.id)].slice(0, atMost));
}

export function useRecentPatients(): readonly Person[] {
  return useObservable(recent);
}

whenPersonLeaves(() => recent.set([]));
