import { useMediaQuery } from '@mantine/hooks';
import { useQueries } from '@tanstack/react-query';
import { IconCalendarOff } from '@tabler/icons-react';
import { useState } from 'react';
import { isOff, type NameOf } from '../appointments/appointment';
import { AppointmentDialog } from '../appointments/AppointmentDialog';
import { dayAppointments } from '../appointments/dayAppointments';
import type { Move } from '../appointments/moveAppointment';
import { useNames } from '../appointments/people';
import { useOpenedAppointment } from '../appointments/useOpenedAppointment';
import type { Appointment } from '../data/fhir/resources';
import { useMay } from '../data/session/permissions';
import type { Day } from '../time/days';
import { dayText } from '../time/words';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure, Nothing } from '../ui/Notice';
import { usePrinting } from '../ui/usePrinting';
import { AppointmentList } from './AppointmentList';
import { Board } from './Board';
import { byDay, byProvider, byRoom, ofProvider, type Column, type Grouping } from './columns';
import { DaySheet } from './DaySheet';
import classes from './SchedulePage.module.css';

interface AppointmentsProps {
  days: readonly Day[];
  isWeek: boolean;
  grouping: Grouping;
  provider: string | undefined;
  withCancelled: boolean;
}

/** The appointments of a day or a week: columns where there is room, else a list. */
export function Appointments({ days, isWeek, grouping, provider, withCancelled }: AppointmentsProps) {
  const wide = useMediaQuery('(min-width: 48em)', true, { getInitialValueInEffect: false });
  const may = useMay();
  const isPrinting = usePrinting();
  const [opened, setOpened] = useState<{ readonly id: string; readonly to?: Move } | null>(null);
  const answers = useQueries({ queries: days.map(dayAppointments) });
  const all = answers.flatMap(({ data }) => data ?? []);
  const nameOf = useNames(all);
  const shown = ofProvider(all, provider).filter((appointment) => withCancelled || !isOff(appointment));
  const failed = answers.find(({ error, data }) => error && data === undefined);
  const { appointment: current, hasLeft } = useOpenedAppointment(opened?.id ?? null, all);
  const open = ({ id = '' }: Appointment) => setOpened({ id });

  if (failed?.error) return <LoadFailure what="The schedule" error={failed.error} onRetry={() => void reload()} />;
  if (answers.some(({ isPending }) => isPending)) return <LoadingRows label="Loading the schedule" count={8} height={56} />;

  function reload(): void {
    for (const answer of answers) void answer.refetch();
  }

  const columns = columnsOf(days, isWeek, grouping, shown, nameOf);
  const title = isWeek ? 'Schedule of the week' : `Schedule by ${grouping}`;

  return (
    <>
      {shown.length === 0 && (
        <Nothing icon={<IconCalendarOff size={32} aria-hidden="true" />}>
          No appointments {isWeek ? 'in this week' : `on ${dayText(days[0] ?? '')}`}
          {provider === undefined ? '.' : ' with this provider.'}
        </Nothing>
      )}
      {shown.length > 0 && wide && (
        <Board
          label={title}
          columns={columns}
          nameOf={nameOf}
          mayMove={may('update', 'Appointment')}
          onOpen={open}
          onMove={({ id = '' }, to) => setOpened({ id, to })}
        />
      )}
      {shown.length > 0 &&
        !wide &&
        byDay(days, shown).map(
          ({ key, day, appointments }) =>
            appointments.length > 0 && (
              <section key={key} aria-label={dayText(day)} className={classes.list}>
                {isWeek && <h2 className={classes.weekday}>{dayText(day)}</h2>}
                <AppointmentList appointments={appointments} nameOf={nameOf} onOpen={open} />
              </section>
            ),
        )}
      {isPrinting && shown.length > 0 && <DaySheet title={title} columns={columns} nameOf={nameOf} />}
      <AppointmentDialog appointment={current} hasLeft={hasLeft} nameOf={nameOf} to={opened?.to} onClose={() => setOpened(null)} />
    </>
  );
}

function columnsOf(days: readonly Day[], isWeek: boolean, grouping: Grouping, shown: readonly Appointment[], nameOf: NameOf): Column[] {
  if (isWeek) return byDay(days, shown);
  const day = days[0] ?? '';
  return grouping === 'room' ? byRoom(day, shown, nameOf) : byProvider(day, shown, nameOf);
}
