import { useEffect, useRef, useState, type RefObject } from 'react';

interface Popup {
  readonly isOpen: boolean;
  /** The edge of the button at which it opens: the one that has more room. */
  readonly side: 'start' | 'end';
  readonly toggle: () => void;
  readonly close: () => void;
  /** The button and what it opens: a press outside of it closes. */
  readonly frame: RefObject<HTMLDivElement | null>;
  readonly button: RefObject<HTMLButtonElement | null>;
}

/** Something that a button opens: Escape closes it and gives the focus back, so does a press outside. */
export function usePopup(): Popup {
  const [isOpen, setOpen] = useState(false);
  const [side, setSide] = useState<'start' | 'end'>('end');
  const frame = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      setOpen(false);
      button.current?.focus();
    };
    const onPress = (event: PointerEvent): void => {
      if (event.target instanceof Node && !frame.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('keydown', onKey);
    document.addEventListener('pointerdown', onPress);
    return () => {
      document.removeEventListener('keydown', onKey);
      document.removeEventListener('pointerdown', onPress);
    };
  }, [isOpen]);
  const toggle = (): void => {
    const place = button.current?.getBoundingClientRect();
    if (place) setSide(place.left + place.right < window.innerWidth ? 'start' : 'end');
    setOpen((before) => !before);
  };
  return { isOpen, side, toggle, close: () => setOpen(false), frame, button };
}
