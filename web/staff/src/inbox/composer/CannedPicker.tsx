import { Loader } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { failureText } from '../../ui/failures';
import type { CannedResponse, Thread } from '../messages';
import { fillCanned, listCanned } from './cannedRequests';
import classes from './Composer.module.css';

interface CannedPickerProps {
  thread: Thread;
  onChoose: (text: string, id: string) => void;
  onClose: () => void;
}

/** Found by title, shortcode and text. The one that fits the thread's category stands first. */
export function CannedPicker({ thread, onChoose, onClose }: CannedPickerProps) {
  const [typed, setTyped] = useState('');
  const list = useRef<HTMLUListElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const { data = [], error, isPending } = useQuery({ queryKey: ['inbox-canned'], queryFn: listCanned, staleTime: 60_000 });
  const fill = useMutation({
    mutationFn: (canned: CannedResponse) => fillCanned(canned.id, thread.id),
    onSuccess: ({ id, filledContent, content }) => onChoose(filledContent ?? content, id),
  });
  const shown = cannedFor(data, typed, thread.category);
  useEffect(() => field.current?.focus(), []);

  function press(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      return onClose();
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const next = at + (event.key === 'ArrowDown' ? 1 : -1);
    if (next < 0) field.current?.focus();
    else buttons[Math.min(next, buttons.length - 1)]?.focus();
  }

  return (
    <div className={classes.canned} role="group" aria-label="Canned responses">
      <label className={classes.cannedFind}>
        <span className={classes.label}>Find a canned response</span>
        <input
          ref={field}
          type="search"
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => (event.key === 'Enter' && shown[0] ? fill.mutate(shown[0]) : press(event))}
        />
      </label>
      {isPending && <Loader size="xs" aria-label="Loading canned responses" />}
      {(error ?? fill.error) && <p role="alert">{failureText(error ?? fill.error)}</p>}
      {!isPending && !error && shown.length === 0 && <p>No canned response fits.</p>}
      <ul ref={list}>
        {shown.map((canned) => (
          <li key={canned.id}>
            <button type="button" disabled={fill.isPending} onClick={() => fill.mutate(canned)} onKeyDown={press}>
              <strong>{canned.title}</strong>
              {canned.shortcode && <code>/{canned.shortcode}</code>}
              <span>{canned.content}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function cannedFor(all: readonly CannedResponse[], typed: string, category: string | null): readonly CannedResponse[] {
  const words = typed.toLowerCase().replace(/^\//, '').split(/\s+/).filter(Boolean);
  const fits = ({ title, shortcode, content }: CannedResponse) =>
    words.every((word) => `${title} ${shortcode ?? ''} ${content}`.toLowerCase().includes(word));
  const rank = (canned: CannedResponse) =>
    (words[0] && canned.shortcode?.toLowerCase() === words[0] ? 0 : 2) + (canned.category === category ? 0 : 1);
  return all.filter(fits).sort((one, other) => rank(one) - rank(other) || one.title.localeCompare(other.title));
}
