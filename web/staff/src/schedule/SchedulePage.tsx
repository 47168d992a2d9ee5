import { Button, Switch } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconCalendarOff, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { isOff } from '../appointments/appointment';
import { AppointmentDialog } from '../appointments/AppointmentDialog';
import { BookAppointmentDialog } from '../appointments/BookAppointmentDialog';
import { dayAppointments } from '../appointments/dayAppointments';
import { useNames } from '../appointments/people';
import type { Appointment } from '../data/fhir/resources';
import { useMay } from '../data/session/permissions';
import { today, type Day } from '../time/days';
import { dayText, zone } from '../time/words';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure, Nothing } from '../ui/Notice';
import { PageHeading } from '../ui/PageHeading';
import { AppointmentList } from './AppointmentList';
import { DayNavigation } from './DayNavigation';
import { ProviderColumns } from './ProviderColumns';
import classes from './SchedulePage.module.css';
import { useLiveSchedule } from './useLiveSchedule';

const route = getRouteApi('/signed-in/schedule');
const none: Appointment[] = [];

export function SchedulePage() {
  const { date, cancelled } = route.useSearch();
  const navigate = route.useNavigate();
  const day = date ?? today();
  const may = useMay();
  const [booking, setBooking] = useState(false);
  useLiveSchedule();

  const goTo = (next: Day) => void navigate({ search: (search) => ({ ...search, date: next }) });
  const showCancelled = (shown: boolean) =>
    void navigate({ search: { ...(date ? { date } : {}), ...(shown ? {} : { cancelled: 'hidden' }) }, replace: true });

  return (
    <>
      <div className={classes.head}>
        <div>
          <PageHeading title="Schedule" />
          <p className={classes.day} aria-live="polite">
            {dayText(day)}
            <span className={classes.zone}> · {zone}</span>
          </p>
        </div>
        {may('create', 'Appointment') && (
          <Button leftSection={<IconPlus size={18} aria-hidden="true" />} onClick={() => setBooking(true)}>
            Book appointment
          </Button>
        )}
      </div>
      <div className={classes.controls}>
        <DayNavigation day={day} onChange={goTo} />
        <Switch
          label="Show cancelled"
          checked={cancelled !== 'hidden'}
          onChange={(event) => showCancelled(event.currentTarget.checked)}
        />
      </div>
      <DayBoard day={day} withCancelled={cancelled !== 'hidden'} />
      <BookAppointmentDialog
        day={day}
        opened={booking}
        onClose={() => setBooking(false)}
        onBooked={(booked) => {
          setBooking(false);
          if (booked !== day) goTo(booked);
        }}
      />
    </>
  );
}

function DayBoard({ day, withCancelled }: { day: Day; withCancelled: boolean }) {
  const wide = useMediaQuery('(min-width: 48em)', true, { getInitialValueInEffect: false });
  const [openedId, setOpenedId] = useState<string | null>(null);
  const { data: all = none, error, isPending, refetch } = useQuery(dayAppointments(day));
  const nameOf = useNames(all);
  const shown = withCancelled ? all : all.filter((appointment) => !isOff(appointment));
  const opened = all.find((appointment) => appointment.id === openedId) ?? null;
  const open = (appointment: Appointment) => setOpenedId(appointment.id ?? null);

  if (isPending) return <LoadingRows label="Loading the schedule" count={8} height={56} />;
  if (error && all.length === 0) return <LoadFailure what="The schedule" error={error} onRetry={() => void refetch()} />;
  return (
    <>
      {shown.length === 0 && (
        <Nothing icon={<IconCalendarOff size={32} aria-hidden="true" />}>No appointments on {dayText(day)}.</Nothing>
      )}
      {shown.length > 0 && wide && <ProviderColumns day={day} appointments={shown} nameOf={nameOf} onOpen={open} />}
      {shown.length > 0 && !wide && <AppointmentList appointments={shown} nameOf={nameOf} onOpen={open} />}
      <AppointmentDialog appointment={opened} nameOf={nameOf} onClose={() => setOpenedId(null)} />
    </>
  );
}
