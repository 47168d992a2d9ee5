import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { Appointment } from '../data/fhir/resources';
import { referenceId } from '../data/fhir/words';
import { atTime, clockOf, dayOf, isDay, type Day } from '../time/days';
import { dateText, timeText } from '../time/words';
import { ActionFailure } from '../ui/ActionFailure';
import { KeptNote } from '../ui/KeptNote';
import { useKept } from '../ui/useKept';
import { lengthInMinutes, providerOf, roomOf, startsAt } from './appointment';
import classes from './BookAppointmentForm.module.css';
import { clinicHoursQuery, closedText } from './clinicHours';
import { useMove, type Move } from './moveAppointment';
import { ProviderSelect } from './ProviderSelect';
import { RoomSelect } from './RoomSelect';
import { TimeTaken } from './timeTaken';

/** What the person has chosen; the rest is the appointment's. */
interface Typed {
  readonly day: Day | null;
  readonly time: string | null;
  readonly providerId: string | null;
  readonly locationId: string | null;
}

function typedBy(to: Omit<Move, 'allowOverlap'> | undefined): Typed {
  return {
    day: to ? dayOf(to.start) : null,
    time: to ? clockOf(to.start) : null,
    providerId: to?.providerId ?? null,
    locationId: to?.locationId ?? null,
  };
}

interface MoveAppointmentFormProps {
  appointment: Appointment;
  /** Whom and when, for a failure that is told elsewhere. */
  about: string;
  /** Where it was dragged to. */
  to?: Omit<Move, 'allowOverlap'> | undefined;
  onDone: () => void;
  onBack: () => void;
}

/** Another time, provider or room. What is taken is told before anything is changed. */
export function MoveAppointmentForm({ appointment, about, to, onDone, onBack }: MoveAppointmentFormProps) {
  const begins = startsAt(appointment);
  const kept = useKept<Typed>(`move ${appointment.id} ${to?.start.toISOString() ?? ''}`, () => typedBy(to));
  const { fields: typed, set } = kept;
  // What was not typed is what the appointment has now: somebody else may change it meanwhile, and it is not set back.
  const day = typed.day ?? dayOf(begins);
  const time = typed.time ?? clockOf(begins);
  const providerId = typed.providerId ?? referenceId(providerOf(appointment), 'Practitioner') ?? undefined;
  const locationId = typed.locationId ?? referenceId(roomOf(appointment), 'Location') ?? undefined;
  const [tried, setTried] = useState(false);
  const move = useMove(appointment, about, onDone, kept.forget);
  const isTaken = move.error instanceof TimeTaken;
  const { data: hours } = useQuery(clinicHoursQuery);
  const closed = closedText(hours, { day, time, minutes: lengthInMinutes(appointment) });
  const isTimeKnown = /^\d{2}:\d{2}/.test(time);

  function save(allowOverlap: boolean): void {
    setTried(true);
    if (!isDay(day) || !isTimeKnown) return;
    move.mutate({
      start: atTime(day, time),
      ...(typed.providerId ? { providerId: typed.providerId } : {}),
      ...(typed.locationId ? { locationId: typed.locationId } : {}),
      ...(allowOverlap ? { allowOverlap } : {}),
    });
  }

  function leave(): void {
    kept.forget();
    onBack();
  }

  return (
    <form
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        save(false);
      }}
    >
      <Stack gap="sm">
        <KeptNote {...kept} />
        <p className={classes.from}>
          From {dateText(appointment.start)}, {timeText(appointment.start)} ({lengthInMinutes(appointment)} min)
        </p>
        <div className={classes.when}>
          <TextInput
            type="date"
            label="New date"
            value={day}
            data-autofocus
            error={tried && !isDay(day) && 'Choose a date'}
            onChange={(event) => set({ day: event.currentTarget.value })}
          />
          <TextInput
            type="time"
            label="New start"
            step={300}
            value={time}
            error={tried && !isTimeKnown && 'Choose a time'}
            onChange={(event) => set({ time: event.currentTarget.value })}
          />
        </div>
        <p role="status" aria-label="Before you move" className={classes.from}>
          {closed}
        </p>
        <ProviderSelect chosenId={providerId} error={undefined} onChoose={(provider) => set({ providerId: provider?.id ?? null })} />
        <RoomSelect chosenId={locationId ?? null} onChoose={(id) => set({ locationId: id })} />
        {move.error && <ActionFailure done="moved" error={move.error} />}
        <Group gap="xs">
          <Button type="submit" loading={move.isPending}>
            Move
          </Button>
          {isTaken && (
            <Button color="red" variant="outline" disabled={move.isPending} onClick={() => save(true)}>
              Move anyway
            </Button>
          )}
          <Button variant="default" disabled={move.isPending} onClick={leave}>
            Keep the time
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
