import { useEffect, useRef, useState } from 'react';
import { unlessPersonReturns } from '../data/session/leaving';
import { Observable } from '../observable';
import { dropFromDevice, followFormsOnDevice, keepOnDevice } from './formsOnDevice';

/** More forms are left half filled in by nobody in one sitting; the oldest goes. */
const keptAtMost = 40;

/** By form and what it is about; on the device besides, sealed. */
const kept = new Map<string, object>();
unlessPersonReturns(() => kept.clear());

/** Counts how often forms of before were brought back: an open form looks whether it is among them. */
const broughtBack = new Observable(0);
followFormsOnDevice((forms) => {
  for (const { name, fields } of forms) if (!kept.has(name)) kept.set(name, fields);
  broughtBack.set(broughtBack.value + 1);
});

/** What was typed into this form, or forms whose key goes on from it, was sent. */
export function forgetKept(form: string): void {
  for (const key of kept.keys()) if (key === form || key.startsWith(`${form} `)) drop(key);
}

function drop(key: string): void {
  kept.delete(key);
  dropFromDevice(key);
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
 * that has expired, for the same person, and after a reload. `key` names the form and what it is about.
 */
export function useKept<Fields extends object>(key: string, initial: () => Fields): Kept<Fields> {
  const [wasKept, setWasKept] = useState(() => kept.has(key));
  const [fields, setFields] = useState(() => ({ ...initial(), ...(kept.get(key) as Partial<Fields> | undefined) }));
  const isTouched = useRef(false);
  // The page was loaded with this form open: what was typed comes a moment later, and never over what is typed now.
  useEffect(() => {
    const before = kept.get(key);
    return broughtBack.watch(() => {
      const back = kept.get(key);
      if (isTouched.current || back === undefined || back === before) return;
      setFields((shown) => ({ ...shown, ...(back as Partial<Fields>) }));
      setWasKept(true);
    });
  }, [key]);

  function set(part: Partial<Fields>): void {
    // What is typed, and not what was there: the record may change under it.
    const typed = { ...kept.get(key), ...part };
    isTouched.current = true;
    kept.delete(key);
    kept.set(key, typed);
    keepOnDevice(key, typed);
    if (kept.size > keptAtMost) drop(kept.keys().next().value ?? '');
    setFields((before) => ({ ...before, ...part }));
  }

  function clear(): void {
    drop(key);
    setFields(initial());
    setWasKept(false);
  }

  return { fields, set, forget: () => drop(key), clear, wasKept };
}
