import { Button } from '@mantine/core';
import { IconAlertTriangleFilled } from '@tabler/icons-react';
import { useObservable } from '../observable';
import classes from './Dialog.module.css';
import { urgentLine } from './urgentLine';

interface UrgentInDialogProps {
  /** The alert that the dialog itself is about. */
  except: string | undefined;
  /** Closes the dialog; what was typed is there when it is opened again. */
  onLeave: () => void;
}

/** What is critical, over what somebody does in a dialog: it can be seen, pressed, and reached by keyboard. */
export function UrgentInDialog({ except, onLeave }: UrgentInDialogProps) {
  const urgent = useObservable(urgentLine);
  if (urgent === null || urgent.id === except) return null;
  return (
    <div className={classes.urgent}>
      <IconAlertTriangleFilled size={18} aria-hidden="true" />
      <span>
        <strong>Critical</strong> {urgent.text}
      </span>
      <Button
        size="compact-sm"
        variant="white"
        onClick={() => {
          onLeave();
          urgent.open();
        }}
      >
        Close this and open the alert
      </Button>
    </div>
  );
}
