import { IconSearch } from '@tabler/icons-react';
import { Suspense, useEffect, useState } from 'react';
import { Palette } from './pages';
import classes from './PaletteButton.module.css';

/** The one search for everything, in the header and by Ctrl K. Its code is loaded when it is wanted. */
export function PaletteButton() {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      // Another dialog waits for a decision.
      if (document.querySelector('[role=dialog][aria-modal=true]')) return;
      event.preventDefault();
      setOpen(true);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
  return (
    <>
      <button type="button" className={classes.button} aria-keyshortcuts="Control+K" onClick={() => setOpen(true)}>
        <IconSearch size={18} aria-hidden="true" />
        <span className={classes.text}>Find patient, page or action</span>
        <kbd className={classes.keys}>Ctrl K</kbd>
      </button>
      {isOpen && (
        <Suspense fallback={null}>
          <Palette onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
