import { useState } from 'react';
import { unlessPersonReturns } from '../data/session/leaving';

/** More forms are left half filled in by nobody in one sitting; the oldest goes. */
const keptAtMost = 40;

/** By form and what it is about. In memory alone: nothing typed is left on a shared device. */
const kept = new Map<string, object>();
unlessPersonReturns(() => kept.clear());

/** What was typed into this form, or forms whose key goes on from it, was sent. */
export function forgetKept(form: string): void {
  for (const key of kept.keys()) if (key === form || key.startsWith(`${form} `)) kept.delete(key);
}

export interface Kept<Fields> {
  readonly fields: Fields;
  readonly set: (part: Partial<Fields>) => void;
  /** It was sent, or is not wanted any more. */
  readonly forget: () => void;
  /** Begins anew. */
  readonly clear: () => void;
  /** It was typed before this form was opened. */
  readonly wasKept: boolean;
}

/**
 * The fields of a form, which outlive it: they are there again after Escape, another page, a change of the record under it, and a session
 * that has expired, for the same person. `key` names the form and what it is about.
 */
export function useKept<Fields extends object>(key: string, initial: () => Fields): Kept<Fields> {
  const [wasKept, setWasKept] = useState(() => kept.has(key));
  const [fields, setFields] = useState(() => ({ ...initial(), ...(kept.get(key) as Partial<Fields> | undefined) }));

  function set(part: Partial<Fields>): void {
    // What is typed, and not what was there: the record may change under it.
    const typed = { ...kept.get(key), ...part };
    kept.delete(key);
    kept.set(key, typed);
    if (kept.size > keptAtMost) kept.delete(kept.keys().next().value ?? '');
    setFields((before) => ({ ...before, ...part }));
  }

  function clear(): void {
    kept.delete(key);
    setFields(initial());
    setWasKept(false);
  }

  return { fields, set, forget: () => void kept.delete(key), clear, wasKept };
}
