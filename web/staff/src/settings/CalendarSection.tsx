import { Button, Textarea, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { clinicZone } from '../time/clinicZone';
import { ActionFailure } from '../ui/ActionFailure';
import { KeptNote } from '../ui/KeptNote';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure } from '../ui/Notice';
import { useKept } from '../ui/useKept';
import { readDays, readHours, weekdays, type Calendar, type MessagingSetting, type Weekday } from './calendar';
import { ClinicZoneForm } from './ClinicZoneForm';
import classes from './Settings.module.css';
import { sendSetting, settingKey, useSetting } from './SettingText';
import { useAdminAction } from './useAdminAction';

const setting = 'messaging';

/** Where the clinic is, and when it is open: the hours by which due dates and automatic answers are counted, and of which booking tells. */
export function CalendarSection() {
  return (
    <>
      <ClinicZoneForm />
      <h3>Hours</h3>
      <Hours />
    </>
  );
}

function Hours() {
  const { data, error, isPending, refetch } = useSetting<MessagingSetting>(setting);
  if (isPending) return <LoadingRows label="Loading the calendar" count={7} height={40} />;
  if (error && data === undefined) return <LoadFailure what="The calendar" error={error} onRetry={() => void refetch()} />;
  return <CalendarForm key={JSON.stringify(data?.calendar)} whole={data ?? {}} />;
}

function CalendarForm({ whole }: { whole: MessagingSetting }) {
  const { calendar } = whole;
  const { fields: { timeZone, hours, closed }, set, forget, clear, wasKept } = useKept(`calendar ${JSON.stringify(calendar)}`, () => ({
    timeZone: calendar?.timeZone ?? clinicZone(),
    hours: Object.fromEntries(weekdays.map((day) => [day, (calendar?.week[day] ?? []).join(', ')])) as Record<Weekday, string>,
    closed: (calendar?.closed ?? []).join('\n'),
  }));
  const [tried, setTried] = useState(false);
  const save = useAdminAction<Calendar, unknown>({
    run: (changed) => sendSetting(setting, { ...whole, calendar: changed }),
    done: 'saved',
    about: 'the business calendar',
    reloads: settingKey(setting),
    thenHere: forget,
  });
  const closedDays = readDays(closed);
  const isOpenAtAll = weekdays.some((day) => (readHours(hours[day]) ?? []).length > 0);

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    const week = weekdays.map((day) => [day, readHours(hours[day])] as const);
    if (closedDays === null || !isOpenAtAll || week.some(([, read]) => read === null)) return;
    save.mutate({
      timeZone: timeZone.trim(),
      week: Object.fromEntries(week.filter(([, read]) => (read ?? []).length > 0)),
      closed: closedDays,
      ...(calendar?.days ? { days: calendar.days } : {}),
    });
  }

  return (
    <form noValidate className={classes.form} onSubmit={submit}>
      <KeptNote wasKept={wasKept} clear={clear} />
      {!calendar && <p className={classes.note}>No hours are set: every hour counts as open.</p>}
      <TextInput
        label="Time zone of these hours"
        description={timeZone.trim() === clinicZone() ? undefined : `The clinic's clock is that of ${clinicZone()}.`}
        autoComplete="off"
        value={timeZone}
        onChange={(event) => set({ timeZone: event.currentTarget.value })}
      />
      {weekdays.map((day) => (
        <TextInput
          key={day}
          label={day.charAt(0).toUpperCase() + day.slice(1)}
          placeholder="closed"
          autoComplete="off"
          value={hours[day]}
          error={readHours(hours[day]) === null && 'Write stretches like 08:00-12:00, 13:00-17:00'}
          onChange={(event) => set({ hours: { ...hours, [day]: event.currentTarget.value } })}
        />
      ))}
      <Textarea
        label="Days on which you are closed"
        description="One a line, like 2026-12-25"
        rows={4}
        value={closed}
        error={closedDays === null && 'One of these is no day'}
        onChange={(event) => set({ closed: event.currentTarget.value })}
      />
      {tried && !isOpenAtAll && (
        <p role="alert" className={classes.note}>
          A clinic that is never open cannot be saved. Write the hours of a weekday.
        </p>
      )}
      {save.error && <ActionFailure done="saved" error={save.error} />}
      <div>
        <Button type="submit" loading={save.isPending}>
          Save the calendar
        </Button>
      </div>
    </form>
  );
}
