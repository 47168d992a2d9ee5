import { ActionIcon, Button, Group, TextInput } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { addDays, isDay, today, type Day } from '../time/days';
import classes from './SchedulePage.module.css';

interface DayNavigationProps {
  day: Day;
  /** Days that one press goes on. */
  step: 1 | 7;
  onChange: (day: Day) => void;
}

export function DayNavigation({ day, step, onChange }: DayNavigationProps) {
  const what = step === 1 ? 'day' : 'week';
  return (
    <Group gap={6} role="group" aria-label="Day">
      <ActionIcon variant="default" size={36} aria-label={`Previous ${what}`} onClick={() => onChange(addDays(day, -step))}>
        <IconChevronLeft size={18} aria-hidden="true" />
      </ActionIcon>
      <Button variant="default" disabled={day === today()} onClick={() => onChange(today())}>
        Today
      </Button>
      <ActionIcon variant="default" size={36} aria-label={`Next ${what}`} onClick={() => onChange(addDays(day, step))}>
        <IconChevronRight size={18} aria-hidden="true" />
      </ActionIcon>
      <TextInput
        type="date"
        aria-label="Go to date"
        className={classes.date}
        value={day}
        onChange={(event) => isDay(event.currentTarget.value) && onChange(event.currentTarget.value)}
      />
    </Group>
  );
}
