import { ActionIcon } from '@mantine/core';
import { IconAlertTriangle, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { zoned } from '../time/clinicZone';
import { addDays, startOf, today, type Day } from '../time/days';
import { dayText, timeText } from '../time/words';
import { ActionFailure } from '../ui/ActionFailure';
import { announce } from '../ui/announcements';
import { Confirm } from '../ui/Confirm';
import { duties, dutyWords, hasGap, turnsOn, useOnCallChange, type Turn } from './onCall';
import classes from './OnCall.module.css';
import { useStaffName } from './staff';

interface WeekGridProps {
  days: readonly Day[];
  turns: readonly Turn[];
  mayChange: boolean;
}

const weekday = zoned({ weekday: 'short', day: 'numeric' });

/** Duties down, days across. A day on which nobody has a duty at some moment says so. */
export function WeekGrid({ days, turns, mayChange }: WeekGridProps) {
  const nameOf = useStaffName();
  const [removing, setRemoving] = useState<Turn | null>(null);
  const change = useOnCallChange(() => {
    announce('Taken out');
    setRemoving(null);
  });
  return (
    <>
      {/* A region that scrolls must be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={classes.scroller} role="region" aria-label="On-call week" tabIndex={0}>
        <table className={classes.week}>
          <thead>
            <tr>
              <th scope="col">Duty</th>
              {days.map((day) => (
                <th key={day} scope="col" data-today={day === today() || undefined} title={dayText(day)}>
                  {weekday(startOf(day))}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {duties.map((duty) => (
              <tr key={duty}>
                <th scope="row">{dutyWords[duty]}</th>
                {days.map((day) => (
                  <td key={day} data-today={day === today() || undefined}>
                    {turnsOn(turns, duty, day).map((turn) => (
                      <div key={turn.id} className={classes.turn}>
                        <span>
                          <strong>{nameOf(turn.userId)}</strong>
                          <span>
                            {timeOn(day, turn.from, 'from')}–{timeOn(day, turn.until, 'until')}
                          </span>
                        </span>
                        {mayChange && (
                          <ActionIcon
                            size={24}
                            variant="subtle"
                            color="gray"
                            aria-label={`Take out ${nameOf(turn.userId)}, ${dutyWords[duty]}, ${dayText(day)}`}
                            onClick={() => setRemoving(turn)}
                          >
                            <IconTrash size={16} aria-hidden="true" />
                          </ActionIcon>
                        )}
                      </div>
                    ))}
                    {day >= today() && hasGap(turns, duty, day) && (
                      <span className={classes.gap}>
                        <IconAlertTriangle size={14} aria-hidden="true" />
                        {turnsOn(turns, duty, day).length === 0 ? 'Nobody' : 'Not all day'}
                      </span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Confirm
        title="Take out this turn?"
        opened={removing !== null}
        action="Take out"
        busy={change.isPending}
        onConfirm={() => removing && change.mutate({ kind: 'remove', id: removing.id })}
        onClose={() => setRemoving(null)}
      >
        {removing && (
          <p>
            {nameOf(removing.userId)}, {dutyWords[removing.duty]}. Critical alerts go to the next in line at that time.
          </p>
        )}
        {change.error && <ActionFailure done="taken out" error={change.error} />}
      </Confirm>
    </>
  );
}

/** A turn that goes on over midnight begins or ends with the day. */
function timeOn(day: Day, instant: string, end: 'from' | 'until'): string {
  const at = new Date(instant);
  const begin = startOf(day);
  const next = startOf(addDays(day, 1));
  if (end === 'from') return at < begin ? '' : timeText(at);
  return at > next ? '' : timeText(at);
}
