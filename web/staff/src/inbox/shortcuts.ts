import { useEffect, useRef } from 'react';
import { Observable, useObservable } from '../observable';

/** In the order of the help. */
export const shortcuts = [
  { keys: 'j', text: 'Next thread' },
  { keys: 'k', text: 'Previous thread' },
  { keys: 'Enter', text: 'Open the thread' },
  { keys: 'x', text: 'Select the thread' },
  { keys: 'r', text: 'Reply to the patient' },
  { keys: 'n', text: 'Write an internal note' },
  { keys: 'a', text: 'Assign to somebody' },
  { keys: 'i', text: 'Assign to me' },
  { keys: 's', text: 'Snooze until tomorrow' },
  { keys: 'e', text: 'Close, or reopen' },
  { keys: '/', text: 'Find a thread' },
  { keys: '?', text: 'This help' },
  { keys: 'Esc', text: 'Back: from the text to the thread, from the thread to the list' },
  { keys: 'Ctrl Enter', text: 'Send the reply, or save the note' },
] as const;

const stored = 'vagus.single-keys';
const singleKeys = new Observable(read());

/** Single letters can be turned off: dictation and a slip of the hand press them too (WCAG 2.1.4). */
export function useSingleKeys(): boolean {
  return useObservable(singleKeys);
}

export function setSingleKeys(on: boolean): void {
  singleKeys.set(on);
  try {
    localStorage.setItem(stored, on ? 'on' : 'off');
  } catch {
    // Not kept on this device; it holds until the page is closed.
  }
}

/** Calls what belongs to a key: never inside a field or a dialog, nor together with Ctrl, Alt or Meta. */
export function useShortcuts(actions: Readonly<Record<string, () => void>>): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const action = latest.current[event.key];
      if (!action || !isFree(event) || (event.key.length === 1 && !singleKeys.value)) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}

export function isFree({ target, ctrlKey, altKey, metaKey, defaultPrevented }: KeyboardEvent): boolean {
  if (ctrlKey || altKey || metaKey || defaultPrevented) return false;
  if (document.querySelector('[role=dialog][aria-modal=true]')) return false;
  if (!(target instanceof HTMLElement)) return true;
  if (target.closest('[role=menu], [role=listbox], [role=combobox]')) return false;
  return !target.isContentEditable && !target.matches('input:not([type=checkbox]), textarea, select');
}

function read(): boolean {
  try {
    return localStorage.getItem(stored) !== 'off';
  } catch {
    return true;
  }
}
