import { UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useEffect, useId, useRef, type ReactNode } from 'react';
import { useHighlight } from '../ui/useHighlight';
import classes from './Lists.module.css';

interface OpenItemProps {
  /** Its record, for the highlight when it changes. */
  of: string;
  head: ReactNode;
  marks?: ReactNode;
  isOpen: boolean;
  onToggle: () => void;
  children: ReactNode;
}

/** A line that opens to the whole. An item that the address names is brought into sight. */
export function OpenItem({ of, head, marks, isOpen, onToggle, children }: OpenItemProps) {
  const body = useId();
  const button = useRef<HTMLButtonElement>(null);
  const highlighted = useHighlight(of);
  const wasOpen = useRef(false);
  useEffect(() => {
    if (isOpen && !wasOpen.current) button.current?.scrollIntoView({ block: 'nearest' });
    wasOpen.current = isOpen;
  }, [isOpen]);
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <div className={highlighted}>
      <UnstyledButton
        ref={button}
        className={classes.head}
        aria-expanded={isOpen}
        aria-controls={isOpen ? body : undefined}
        onClick={onToggle}
      >
        <Chevron size={16} aria-hidden="true" />
        <span className={classes.what}>{head}</span>
        {marks && <span className={classes.marks}>{marks}</span>}
      </UnstyledButton>
      {isOpen && (
        <div id={body} className={classes.body}>
          {children}
        </div>
      )}
    </div>
  );
}
