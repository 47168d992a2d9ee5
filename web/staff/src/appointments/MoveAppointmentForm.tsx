import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { Appointment } from '../data/fhir/resources';
import { referenceId } from '../data/fhir/words';
import { atTime, clockOf, dayOf, isDay, type Day } from '../time/days';
import { dateText, timeText } from '../time/words';
import { ActionFailure } from '../ui/ActionFailure';
import { lengthInMinutes, providerOf, roomOf, startsAt } from './appointment';
import classes from './BookAppointmentForm.module.css';
import { clinicHoursQuery, closedText } from './clinicHours';
import { useMove, type Move } from './moveAppointment';
import { ProviderSelect } from './ProviderSelect';
import { RoomSelect } from './RoomSelect';
import { TimeTaken } from './timeTaken';

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
  const begins = to?.start ?? startsAt(appointment);
  const [day, setDay] = useState<Day>(dayOf(begins));
  const [time, setTime] = useState(clockOf(begins));
  const [providerId, setProvider] = useState(to?.providerId ?? referenceId(providerOf(appointment), 'Practitioner') ?? undefined);
  const [locationId, setLocation] = useState(to?.locationId ?? referenceId(roomOf(appointment), 'Location') ?? undefined);
  const [tried, setTried] = useState(false);
  const move = useMove(appointment, about, onDone);
  const isTaken = move.error instanceof TimeTaken;
  const { data: hours } = useQuery(clinicHoursQuery);
  const closed = closedText(hours, { day, time, minutes: lengthInMinutes(appointment) });
  const isTimeKnown = /^\d{2}:\d{2}/.test(time);

  function save(allowOverlap: boolean): void {
    setTried(true);
    if (!isDay(day) || !isTimeKnown) return;
    move.mutate({
      start: atTime(day, time),
      ...(providerId ? { providerId } : {}),
      ...(locationId ? { locationId } : {}),
      ...(allowOverlap ? { allowOverlap } : {}),
    });
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
            onChange={(event) => setDay(event.currentTarget.value)}
          />
          <TextInput
            type="time"
            label="New start"
            step={300}
            value={time}
            error={tried && !isTimeKnown && 'Choose a time'}
            onChange={(event) => setTime(event.currentTarget.value)}
          />
        </div>
        <p role="status" aria-label="Before you move" className={classes.from}>
          {closed}
        </p>
        <ProviderSelect chosenId={providerId} error={undefined} onChoose={(provider) => setProvider(provider?.id)} />
        <RoomSelect chosenId={locationId ?? null} onChoose={(id) => setLocation(id ?? undefined)} />
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
          <Button variant="default" disabled={move.isPending} onClick={onBack}>
            Keep the time
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
