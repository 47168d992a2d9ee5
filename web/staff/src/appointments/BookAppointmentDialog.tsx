import type { Day } from '../time/days';
import { Dialog } from '../ui/Dialog';
import { BookAppointmentForm } from './BookAppointmentForm';

interface BookAppointmentDialogProps {
  day: Day;
  opened: boolean;
  onClose: () => void;
  onBooked: (day: Day) => void;
}

export function BookAppointmentDialog({ day, opened, onClose, onBooked }: BookAppointmentDialogProps) {
  return (
    <Dialog title="Book appointment" opened={opened} onClose={onClose} holdsInput>
      <BookAppointmentForm day={day} onClose={onClose} onBooked={onBooked} />
    </Dialog>
  );
}
