import { Modal } from '@mantine/core';
import type { Day } from '../time/days';
import { BookAppointmentForm } from './BookAppointmentForm';

interface BookAppointmentDialogProps {
  day: Day;
  opened: boolean;
  onClose: () => void;
  onBooked: (day: Day) => void;
}

export function BookAppointmentDialog({ day, opened, onClose, onBooked }: BookAppointmentDialogProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Book appointment"
      lockScroll={false}
      // A click beside the dialog must not throw away what was typed.
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <BookAppointmentForm day={day} onClose={onClose} onBooked={onBooked} />
    </Modal>
  );
}
