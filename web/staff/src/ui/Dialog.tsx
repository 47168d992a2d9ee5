import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Dialog.module.css';
import { UrgentInDialog } from './UrgentInDialog';

interface DialogProps {
  title: string;
  opened: boolean;
  onClose: () => void;
  /** A click beside a form must not throw away what was typed. */
  holdsInput?: boolean;
  /** The alert that it is about. */
  alertId?: string;
  children: ReactNode;
}

/** A modal dialog: named, trapping focus, closed by Escape, giving focus back. */
export function Dialog({ title, opened, onClose, holdsInput = false, alertId, children }: DialogProps) {
  return (
    // The page behind is locked in base.css.
    <Modal.Root
      opened={opened}
      onClose={onClose}
      lockScroll={false}
      closeOnClickOutside={!holdsInput}
      yOffset="6dvh"
      classNames={{ content: classes.content ?? '' }}
    >
      <Modal.Overlay />
      <Modal.Content>
        {/* Not Modal.Header: it would be a second banner landmark. */}
        <div className={classes.head}>
          <Modal.Title className={classes.title}>{title}</Modal.Title>
          <Modal.CloseButton aria-label="Close" />
        </div>
        {/* After the head: the focus of a new dialog does not fall on it. */}
        <UrgentInDialog except={alertId} onLeave={onClose} />
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
