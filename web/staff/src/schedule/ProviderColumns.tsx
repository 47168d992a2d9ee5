import type { CSSProperties } from 'react';
import { lengthInMinutes, startsAt, type NameOf } from '../appointments/appointment';
import type { Appointment } from '../data/fhir/resources';
import { atTime, minutesInto, today, type Day } from '../time/days';
import { timeText } from '../time/words';
import { AppointmentCard } from './AppointmentCard';
import { placeInLanes, type Placed } from './lanes';
import { byProvider } from './byProvider';
import { NowLine } from './NowLine';
import classes from './ProviderColumns.module.css';
import { useScrollToNow } from './useScrollToNow';

interface ProviderColumnsProps {
  day: Day;
  appointments: readonly Appointment[];
  nameOf: NameOf;
  onOpen: (appointment: Appointment) => void;
}

/** Two pixels a minute: a quarter of an hour is large enough to press. */
const scale = 2;

export function ProviderColumns({ day, appointments, nameOf, onOpen }: ProviderColumnsProps) {
  const [firstHour, lastHour] = hoursShown(day, appointments);
  const board = useScrollToNow(day, firstHour, scale);
  const hours = Array.from({ length: lastHour - firstHour }, (_, index) => firstHour + index);
  const height = { '--height': `${hours.length * 60 * scale}px`, '--hour': `${60 * scale}px` } as CSSProperties;
  return (
    // A region that scrolls must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={board} className={classes.board} role="region" aria-label="Schedule by provider" tabIndex={0} style={height}>
      <div className={classes.axis} aria-hidden="true">
        {hours.map((hour) => (
          <span key={hour} className={classes.hour}>
            {timeText(atTime(day, `${hour}:00`))}
          </span>
        ))}
      </div>
      {byProvider(appointments, nameOf).map((column) => (
        <section key={column.key} className={classes.column} aria-label={column.name}>
          <h2 className={classes.provider}>
            <span className={classes.providerName}>{column.name}</span>
            <span className={classes.count}>{column.appointments.length}</span>
          </h2>
          <ul className={classes.slots}>
            {placeInLanes(column.appointments).map((placed) => (
              <li key={placed.appointment.id} className={classes.slot} style={position(day, firstHour, placed)}>
                <AppointmentCard appointment={placed.appointment} nameOf={nameOf} onOpen={onOpen} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      {day === today() && <NowLine day={day} firstHour={firstHour} lastHour={lastHour} scale={scale} />}
    </div>
  );
}

function position(day: Day, firstHour: number, { appointment, lane, lanes }: Placed): CSSProperties {
  return {
    top: (minutesInto(day, startsAt(appointment)) - firstHour * 60) * scale,
    height: Math.max(lengthInMinutes(appointment) * scale - 2, 26),
    left: `${(lane / lanes) * 100}%`,
    width: `calc(${100 / lanes}% - 3px)`,
  };
}

/** A working day, longer when an appointment lies outside it. */
function hoursShown(day: Day, appointments: readonly Appointment[]): [first: number, last: number] {
  let [first, last] = [8, 17];
  for (const appointment of appointments) {
    const start = minutesInto(day, startsAt(appointment));
    first = Math.min(first, Math.floor(start / 60));
    last = Math.max(last, Math.ceil((start + lengthInMinutes(appointment)) / 60));
  }
  return [Math.max(first, 0), Math.min(last, 24)];
}
