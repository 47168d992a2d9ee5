import { ActionIcon, Button, Group, TextInput } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { addDays, isDay, today, type Day } from '../time/days';
import classes from './SchedulePage.module.css';

export function DayNavigation({ day, onChange }: { day: Day; onChange: (day: Day) => void }) {
  return (
    <Group gap={6} role="group" aria-label="Day">
      <ActionIcon variant="default" size={36} aria-label="Previous day" onClick={() => onChange(addDays(day, -1))}>
        <IconChevronLeft size={18} aria-hidden="true" />
      </ActionIcon>
      <Button variant="default" disabled={day === today()} onClick={() => onChange(today())}>
        Today
      </Button>
      <ActionIcon variant="default" size={36} aria-label="Next day" onClick={() => onChange(addDays(day, 1))}>
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
