import { Button, TextInput } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useNow } from '../time/useNow';
import { clinicZone } from '../time/clinicZone';
import { addDays, atTime, clockOf, today } from '../time/days';
import { dateAndTime } from '../time/words';
import classes from './AsOf.module.css';
import { daysBefore, fieldOf, instantOfField } from './asOf';

interface AsOfControlProps {
  asOf: string | undefined;
  onChange: (asOf: string | undefined) => void;
}

const daysOnSlider = 365;

/** Chooses a moment of the past: by a slider for days, by a field for the exact minute. */
export function AsOfControl({ asOf, onChange }: AsOfControlProps) {
  const [isOpen, setOpen] = useState(false);
  const now = useNow(60_000);
  const [field, setField] = useState(() => fieldOf(asOf ?? new Date().toISOString()));
  const [wrong, setWrong] = useState<string | null>(null);
  const [shown, setShown] = useState(asOf);
  if (asOf !== shown) {
    // Another moment is shown, by the slider or from elsewhere: the field follows, and the panel stays as it is.
    setShown(asOf);
    setField(fieldOf(asOf ?? new Date(now).toISOString()));
    setWrong(null);
  }
  const days = asOf === undefined ? 0 : Math.min(daysOnSlider, daysBefore(asOf, new Date(now)));

  function choose(event: FormEvent): void {
    event.preventDefault();
    const instant = instantOfField(field, new Date());
    setWrong(instant === null ? 'Choose a moment that is over' : null);
    if (instant !== null) onChange(instant);
  }

  function slide(value: number): void {
    if (value === 0) return onChange(undefined);
    const moment = atTime(addDays(today(), -value), clockOf(new Date()));
    setField(fieldOf(moment.toISOString()));
    onChange(moment.toISOString());
  }

  return (
    <div className={classes.control}>
      <Button
        variant="default"
        size="xs"
        leftSection={<IconHistory size={16} aria-hidden="true" />}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        As of…
      </Button>
      {isOpen && (
        <form className={classes.panel} onSubmit={choose}>
          <label className={classes.slider}>
            Days back
            <input
              type="range"
              min={0}
              max={daysOnSlider}
              value={days}
              aria-valuetext={asOf === undefined ? 'now' : `${days} days back: ${dateAndTime(asOf)}`}
              onChange={({ currentTarget: { value } }) => slide(Number(value))}
            />
          </label>
          <TextInput
            label={`Moment (${clinicZone()})`}
            type="datetime-local"
            size="xs"
            value={field}
            error={wrong}
            onChange={({ currentTarget: { value } }) => setField(value)}
          />
          <Button type="submit" size="xs">
            Show the chart of then
          </Button>
        </form>
      )}
    </div>
  );
}
