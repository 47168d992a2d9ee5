import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { Appointment } from '../data/fhir/resources';
import { atTime, clockOf, isDay, type Day } from '../time/days';
import { useNow } from '../time/useNow';
import { dateText, timeText } from '../time/words';
import { ActionFailure } from '../ui/ActionFailure';
import { announce } from '../ui/announcements';
import { highlight } from '../ui/changes';
import { KeptNote } from '../ui/KeptNote';
import { useAction } from '../ui/useAction';
import { useKept } from '../ui/useKept';
import { bookAppointment, bookingErrors, takenAt, type Booking, type BookingErrors } from './bookAppointment';
import classes from './BookAppointmentForm.module.css';
import { BookingWarnings } from './BookingWarnings';
import { clinicHoursQuery, closedText, proposedTime } from './clinicHours';
import { dayAppointments, placeAppointment } from './dayAppointments';
import { PatientPicker } from './PatientPicker';
import { useNames } from './people';
import { ProviderSelect } from './ProviderSelect';
import { RoomSelect } from './RoomSelect';
import { TimeTaken } from './timeTaken';

const lengths = [15, 20, 30, 45, 60, 90].map((minutes) => ({ value: String(minutes), label: `${minutes} minutes` }));

interface BookAppointmentFormProps {
  day: Day;
  onClose: () => void;
  onBooked: (day: Day) => void;
}

export function BookAppointmentForm({ day, onClose, onBooked }: BookAppointmentFormProps) {
  const { data: hours } = useQuery(clinicHoursQuery);
  const [opened] = useState(nextQuarter);
  // A time is proposed until one is typed.
  const kept = useKept<Omit<Booking, 'time'> & { time: string | null }>('book', () => ({
    patient: null,
    provider: null,
    room: null,
    day,
    time: null,
    minutes: 30,
    reason: '',
  }));
  const typed = kept.fields;
  const booking: Booking = { ...typed, time: typed.time ?? proposedTime(hours, typed.day, opened, typed.minutes) };
  const [errors, setErrors] = useState<BookingErrors>({});
  const book = useBooking(onBooked, kept.forget);
  const now = useNow(60_000);
  const { data: ofTheDay = none } = useQuery({
    ...dayAppointments(booking.day),
    enabled: isDay(booking.day) && (booking.patient ?? booking.provider) !== null,
  });
  const taken = takenAt(booking, ofTheDay);
  const nameOf = useNames(taken.map(({ by }) => by));
  const isPast = isDay(booking.day) && atTime(booking.day, booking.time).getTime() + booking.minutes * 60_000 < now;
  const closed = closedText(hours, booking);
  const isTaken = taken.length > 0 || book.error instanceof TimeTaken;

  const set = (part: Partial<Booking>) => {
    // Another time may be free.
    if (book.error instanceof TimeTaken) book.reset();
    kept.set(part);
    setErrors((before) => Object.fromEntries(Object.entries(before).filter(([name]) => !(name in part))));
  };

  function leave(): void {
    kept.forget();
    onClose();
  }

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const found = bookingErrors(booking);
    setErrors(found);
    if (Object.keys(found).length === 0) book.mutate({ booking, allowOverlap: isTaken });
    else focusFirstError(event.currentTarget);
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <KeptNote {...kept} />
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
        <RoomSelect chosenId={booking.room} onChoose={(room) => set({ room })} />
        <TextInput
          label="Reason"
          description="Optional"
          maxLength={200}
          value={booking.reason}
          onChange={(event) => set({ reason: event.currentTarget.value })}
        />
        <BookingWarnings booking={booking} taken={taken} isPast={isPast} closed={closed} nameOf={nameOf} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={leave} disabled={book.isPending}>
            Cancel
          </Button>
          <Button type="submit" loading={book.isPending}>
            {isTaken || closed ? 'Book anyway' : 'Book'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const none: readonly Appointment[] = [];

interface Asked {
  readonly booking: Booking;
  /** The person has been told whose time is taken. */
  readonly allowOverlap: boolean;
}

function useBooking(onBooked: (day: Day) => void, forget: () => void) {
  const queries = useQueryClient();
  return useAction({
    run: ({ booking, allowOverlap }: Asked) => bookAppointment(booking, allowOverlap),
    done: () => 'booked',
    about: ({ booking: { patient, day, time } }) => `${patient?.name}, ${dateText(day)}, ${timeText(atTime(day, time))}`,
    onSuccess: (appointment, { booking }) => {
      forget();
      if (appointment) {
        placeAppointment(queries, appointment);
        highlight(`Appointment/${appointment.id}`, 'new');
      } else void queries.invalidateQueries({ queryKey: dayAppointments(booking.day).queryKey });
      announce(`Appointment booked for ${booking.patient?.name}, ${timeText(atTime(booking.day, booking.time))}`);
    },
    thenHere: (_appointment, { booking }) => onBooked(booking.day),
    onError: (error, { booking }) => {
      if (error instanceof TimeTaken) void queries.invalidateQueries({ queryKey: dayAppointments(booking.day).queryKey });
    },
  });
}

function focusFirstError(form: HTMLFormElement): void {
  // After React has marked the fields.
  requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}

function nextQuarter(): string {
  const [hours = 0, past = 0] = clockOf(new Date()).split(':').map(Number);
  const minutes = Math.min(Math.ceil((hours * 60 + past) / 15) * 15, 23 * 60 + 45);
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
