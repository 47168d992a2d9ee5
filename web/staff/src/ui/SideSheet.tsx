import { ActionIcon } from '@mantine/core';
import { IconArrowLeft, IconX } from '@tabler/icons-react';
import { useEffect, useId, useRef, type ReactNode } from 'react';
import classes from './SideSheet.module.css';

interface SideSheetProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** The details of the selected row: beside the list where there is room, else in its place. It has an address, so that Back closes it. */
export function SideSheet({ title, onClose, children }: SideSheetProps) {
  const id = useId();
  const sheet = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !isChoosing(event.target)) close.current();
    };
    const element = sheet.current;
    element?.addEventListener('keydown', press);
    return () => element?.removeEventListener('keydown', press);
  }, []);
  useEffect(() => {
    const before = document.activeElement;
    heading.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <section data-sheet ref={sheet} className={classes.sheet} aria-labelledby={id}>
      <div className={classes.head}>
        <h2 id={id} ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <ActionIcon variant="subtle" color="gray" aria-label="Close details" onClick={onClose}>
          <IconArrowLeft size={20} aria-hidden="true" className={classes.back ?? ''} />
          <IconX size={20} aria-hidden="true" className={classes.close ?? ''} />
        </ActionIcon>
      </div>
      <div className={classes.body}>{children}</div>
    </section>
  );
}

/** Escape in an open list of choices, or in a field that holds a text, closes no more than the list. */
function isChoosing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.getAttribute('aria-expanded') === 'true') return true;
  return (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) && target.value !== '';
}
