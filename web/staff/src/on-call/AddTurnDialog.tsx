import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { addDays, atTime, isDay, type Day } from '../time/days';
import { ActionFailure } from '../ui/ActionFailure';
import { announce } from '../ui/announcements';
import { Dialog } from '../ui/Dialog';
import { KeptNote } from '../ui/KeptNote';
import { useKept } from '../ui/useKept';
import { duties, dutyWords, useOnCallChange, type Duty } from './onCall';
import classes from './OnCall.module.css';
import { useStaff } from './staff';

interface AddTurnDialogProps {
  opened: boolean;
  day: Day;
  onClose: () => void;
}

export function AddTurnDialog({ opened, day, onClose }: AddTurnDialogProps) {
  return (
    <Dialog title="Add a turn" opened={opened} onClose={onClose} holdsInput>
      <AddTurnForm day={day} onClose={onClose} />
    </Dialog>
  );
}

function AddTurnForm({ day, onClose }: Omit<AddTurnDialogProps, 'opened'>) {
  const staff = useStaff();
  const { fields, set, forget, clear, wasKept } = useKept(`turn ${day}`, () => ({
    duty: 'provider' as Duty,
    userId: null as string | null,
    from: { day, time: '08:00' },
    until: { day: addDays(day, 1), time: '08:00' },
  }));
  const { duty, userId, from, until } = fields;
  const [tried, setTried] = useState(false);
  const change = useOnCallChange(() => {
    announce('Added to the on-call schedule');
    leave();
  });
  const [begins, ends] = [instantOf(from), instantOf(until)];
  const isBackwards = begins !== null && ends !== null && ends <= begins;

  function leave(): void {
    forget();
    onClose();
  }

  function add(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (userId === null || begins === null || ends === null || isBackwards) return;
    change.mutate({ kind: 'add', duty, userId, from: begins.toISOString(), until: ends.toISOString() });
  }

  return (
    <form noValidate onSubmit={add}>
      <Stack gap="sm">
        <KeptNote wasKept={wasKept} clear={clear} />
        <Select
          label="Duty"
          data={duties.map((value) => ({ value, label: dutyWords[value] }))}
          value={duty}
          allowDeselect={false}
          data-autofocus
          onChange={(value) => value && set({ duty: value as Duty })}
        />
        <Select
          label="Who"
          placeholder="Choose a colleague"
          data={staff.map((one) => ({ value: one.userId, label: `${one.name}, ${one.role.replaceAll('_', ' ')}` }))}
          value={userId}
          searchable
          nothingFoundMessage="Nobody of this name"
          error={tried && userId === null && 'Choose who has the duty'}
          onChange={(id) => set({ userId: id })}
        />
        <When
          label="From"
          value={from}
          error={tried && begins === null ? 'Choose a date and a time' : null}
          onChange={(value) => set({ from: value })}
        />
        <When
          label="Until"
          value={until}
          error={tried && ends === null ? 'Choose a date and a time' : tried && isBackwards ? 'It ends before it begins' : null}
          onChange={(value) => set({ until: value })}
        />
        {change.error && <ActionFailure done="added" error={change.error} />}
        <Group gap="xs">
          <Button type="submit" loading={change.isPending}>
            Add the turn
          </Button>
          <Button variant="default" disabled={change.isPending} onClick={leave}>
            Back
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export interface WhenValue {
  readonly day: string;
  readonly time: string;
}

interface WhenProps {
  label: string;
  value: WhenValue;
  error: string | null;
  onChange: (value: WhenValue) => void;
}

/** A date and a time beside each other. */
export function When({ label, value, error, onChange }: WhenProps) {
  return (
    <div className={classes.when}>
      <TextInput
        type="date"
        label={`${label}, date`}
        value={value.day}
        error={error}
        onChange={(event) => onChange({ ...value, day: event.currentTarget.value })}
      />
      <TextInput
        type="time"
        label={`${label}, time`}
        value={value.time}
        onChange={(event) => onChange({ ...value, time: event.currentTarget.value })}
      />
    </div>
  );
}

export function instantOf({ day, time }: WhenValue): Date | null {
  return isDay(day) && /^\d{2}:\d{2}/.test(time) ? atTime(day, time) : null;
}
