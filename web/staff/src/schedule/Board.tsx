import type { CSSProperties } from 'react';
import { lengthInMinutes, startsAt, type NameOf } from '../appointments/appointment';
import type { Move } from '../appointments/moveAppointment';
import type { Appointment } from '../data/fhir/resources';
import { atTime, minutesInto } from '../time/days';
import { useToday } from '../time/useToday';
import { timeText } from '../time/words';
import { AppointmentCard } from './AppointmentCard';
import classes from './Board.module.css';
import type { Column } from './columns';
import { placeInLanes, type Placed } from './lanes';
import { NowLine } from './NowLine';
import { useDrag } from './useDrag';
import { useScrollToNow } from './useScrollToNow';

interface BoardProps {
  label: string;
  columns: readonly Column[];
  nameOf: NameOf;
  mayMove: boolean;
  onOpen: (appointment: Appointment) => void;
  /** A card was dragged somewhere else. */
  onMove: (appointment: Appointment, to: Move) => void;
}

/** Two pixels a minute: a quarter of an hour is large enough to press. */
const scale = 2;

/** Columns side by side along one axis of time. */
export function Board({ label, columns, nameOf, mayMove, onOpen, onMove }: BoardProps) {
  const [firstHour, lastHour] = hoursShown(columns);
  const today = useToday();
  const now = columns.find((column) => column.day === today);
  const day = now?.day ?? columns[0]?.day ?? today;
  const isWeek = columns.some((column) => column.day !== day);
  const board = useScrollToNow(day, firstHour, scale);
  const { dragged, hold } = useDrag(mayMove, firstHour, scale, ({ appointment, column, minutes }) => {
    const into = columns.find(({ key }) => key === column);
    if (!into) return;
    // By the clock of the clinic, whatever the viewer's shows.
    const time = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');
    onMove(appointment, { ...into.into, start: atTime(into.day, time) });
  });
  const hours = Array.from({ length: lastHour - firstHour }, (_, index) => firstHour + index);
  const height = { '--height': `${hours.length * 60 * scale}px`, '--hour': `${60 * scale}px` } as CSSProperties;
  return (
    // A region that scrolls must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={board} className={classes.board} role="region" aria-label={label} tabIndex={0} style={height} data-week={isWeek || undefined}>
      <div className={classes.axis} aria-hidden="true">
        {hours.map((hour) => (
          <span key={hour} className={classes.hour}>
            {timeText(atTime(day, `${hour}:00`))}
          </span>
        ))}
      </div>
      {columns.map((column) => (
        <section key={column.key} className={classes.column} aria-label={column.name} data-today={column.day === today || undefined}>
          <h2 className={classes.provider}>
            <span className={classes.providerName}>{column.name}</span>
            <span className={classes.count}>{column.appointments.length}</span>
          </h2>
          <ul className={classes.slots} data-column={column.key}>
            {placeInLanes(column.appointments).map((placed) => (
              <li
                key={placed.appointment.id}
                className={classes.slot}
                data-dragged={dragged?.appointment.id === placed.appointment.id || undefined}
                style={position(firstHour, column, placed, dragged?.appointment.id === placed.appointment.id ? dragged : null)}
              >
                <AppointmentCard
                  appointment={placed.appointment}
                  nameOf={nameOf}
                  onOpen={onOpen}
                  onHold={(event) => hold(event, placed.appointment)}
                />
              </li>
            ))}
          </ul>
        </section>
      ))}
      {now && !isWeek && <NowLine day={day} firstHour={firstHour} lastHour={lastHour} scale={scale} />}
    </div>
  );
}

function position(
  firstHour: number,
  { day }: Column,
  { appointment, lane, lanes }: Placed,
  by: { readonly x: number; readonly y: number } | null,
): CSSProperties {
  return {
    top: (minutesInto(day, startsAt(appointment)) - firstHour * 60) * scale,
    height: Math.max(lengthInMinutes(appointment) * scale - 2, 26),
    left: `${(lane / lanes) * 100}%`,
    width: `calc(${100 / lanes}% - 3px)`,
    ...(by ? { transform: `translate(${by.x}px, ${by.y}px)` } : {}),
  };
}

/** A working day, longer when an appointment lies outside it. */
function hoursShown(columns: readonly Column[]): [first: number, last: number] {
  let [first, last] = [8, 17];
  for (const { day, appointments } of columns) {
    for (const appointment of appointments) {
      const start = minutesInto(day, startsAt(appointment));
      first = Math.min(first, Math.floor(start / 60));
      last = Math.max(last, Math.ceil((start + lengthInMinutes(appointment)) / 60));
    }
  }
  return [Math.max(first, 0), Math.min(last, 24)];
}
