import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { Dialog } from '../ui/Dialog';
import { failureText } from '../ui/failures';
import { useHits, type Hit } from './paletteHits';
import classes from './Palette.module.css';

/** Finds a patient, a page or an action by some letters. The first hit is chosen; Enter takes it. */
export function Palette({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const id = useId();
  const { hits, isSearching, error } = useHits(typed);
  const chosen = Math.min(at, hits.length - 1);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' }), [chosen]);

  function take(hit: Hit | undefined): void {
    if (!hit) return;
    onClose();
    hit.go();
  }

  function press(event: KeyboardEvent): void {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by !== undefined && hits.length > 0) {
      event.preventDefault();
      setAt((chosen + by + hits.length) % hits.length);
    }
    if (event.key === 'Enter') {
      event.preventDefault();
      take(hits[chosen]);
    }
  }

  return (
    <Dialog title="Find" opened onClose={onClose}>
      <TextInput
        aria-label="Find a patient, page or action"
        placeholder="Name, birth date, MRN, phone, page or action"
        leftSection={<IconSearch size={18} aria-hidden="true" />}
        autoComplete="off"
        data-autofocus
        role="combobox"
        aria-expanded={hits.length > 0}
        aria-controls={`${id}-hits`}
        aria-autocomplete="list"
        aria-activedescendant={hits[chosen] ? `${id}-${chosen}` : undefined}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={press}
      />
      <p role="status" className={classes.state}>
        {isSearching && 'Searching…'}
        {!isSearching && error && failureText(error)}
        {!isSearching && !error && hits.length === 0 && 'Nothing fits. Check the spelling or type less.'}
      </p>
      <div ref={list} role="listbox" id={`${id}-hits`} aria-label="Found" className={classes.hits}>
        {hits.map((hit, index) => (
          // The field keeps the focus and takes the keys.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
          <div
            key={hit.key}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === chosen}
            data-first={hit.group !== hits[index - 1]?.group ? hit.group : undefined}
            className={classes.hit}
            onClick={() => take(hit)}
          >
            <strong>{hit.text}</strong>
            <span>{hit.detail}</span>
          </div>
        ))}
      </div>
    </Dialog>
  );
}
