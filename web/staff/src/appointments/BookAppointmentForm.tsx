import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { create } from '../data/fhir/requests';
import { atTime, type Day } from '../time/days';
import { dateText, timeText } from '../time/words';
import { ActionFailure } from '../ui/ActionFailure';
import { announce } from '../ui/announcements';
import { highlight } from '../ui/changes';
import { useAction } from '../ui/useAction';
import { bookingErrors, toAppointment, type Booking, type BookingErrors } from './bookAppointment';
import classes from './BookAppointmentForm.module.css';
import { placeAppointment } from './dayAppointments';
import { PatientPicker } from './PatientPicker';
import { ProviderSelect } from './ProviderSelect';

const lengths = [15, 20, 30, 45, 60, 90].map((minutes) => ({ value: String(minutes), label: `${minutes} minutes` }));

interface BookAppointmentFormProps {
  day: Day;
  onClose: () => void;
  onBooked: (day: Day) => void;
}

export function BookAppointmentForm({ day, onClose, onBooked }: BookAppointmentFormProps) {
  const [booking, setBooking] = useState<Booking>({
    patient: null,
    provider: null,
    day,
    time: nextQuarter(),
    minutes: 30,
    reason: '',
  });
  const [errors, setErrors] = useState<BookingErrors>({});
  const book = useBooking(onBooked);

  const set = (part: Partial<Booking>) => {
    setBooking((before) => ({ ...before, ...part }));
    setErrors((before) => Object.fromEntries(Object.entries(before).filter(([name]) => !(name in part))));
  };

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const found = bookingErrors(booking);
    setErrors(found);
    if (Object.keys(found).length === 0) book.mutate(booking);
    else focusFirstError(event.currentTarget);
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {book.isError && <ActionFailure done="booked" error={book.error} />}
        <PatientPicker chosen={booking.patient} error={errors.patient} onChoose={(patient) => set({ patient })} />
        <ProviderSelect chosenId={booking.provider?.id} error={errors.provider} onChoose={(provider) => set({ provider })} />
        <div className={classes.when}>
          <TextInput
            type="date"
            label="Date"
            value={booking.day}
            error={errors.day}
            onChange={(event) => set({ day: event.currentTarget.value })}
          />
          <TextInput
            type="time"
            label="Start"
            step={300}
            value={booking.time}
            error={errors.time}
            onChange={(event) => set({ time: event.currentTarget.value })}
          />
        </div>
        <Select
          label="Duration"
          data={lengths}
          value={String(booking.minutes)}
          allowDeselect={false}
          onChange={(minutes) => minutes && set({ minutes: Number(minutes) })}
        />
        <TextInput
          label="Reason"
          description="Optional"
          maxLength={200}
          value={booking.reason}
          onChange={(event) => set({ reason: event.currentTarget.value })}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} disabled={book.isPending}>
            Cancel
          </Button>
          <Button type="submit" loading={book.isPending}>
            Book
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function useBooking(onBooked: (day: Day) => void) {
  const queries = useQueryClient();
  return useAction({
    run: (booking: Booking) => create(toAppointment(booking)),
    done: () => 'booked',
    about: ({ patient, day, time }) => `${patient?.name}, ${dateText(day)}, ${timeText(atTime(day, time))}`,
    onSuccess: (appointment, booking) => {
      placeAppointment(queries, appointment);
      highlight(`Appointment/${appointment.id}`, 'new');
      announce(`Appointment booked for ${booking.patient?.name}, ${timeText(appointment.start)}`);
    },
    thenHere: (_appointment, booking) => onBooked(booking.day),
  });
}

function focusFirstError(form: HTMLFormElement): void {
  // After React has marked the fields.
  requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}

function nextQuarter(): string {
  const now = new Date();
  const minutes = Math.min(Math.ceil((now.getHours() * 60 + now.getMinutes()) / 15) * 15, 23 * 60 + 45);
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
