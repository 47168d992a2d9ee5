import { IconCalendarPlus } from '@tabler/icons-react';
import { ActionButton } from '../ui/ActionButton';
import { saveFile } from '../ui/saveFile';
import { useWords } from '../words/useWords';
import { statusKeys, type Appointment } from './appointments';
import classes from './NextAppointment.module.css';
import { calendarFile } from './calendarFile';
import { useClinicDates } from '../data/useClinicDates';

export function NextAppointment({ appointment }: { readonly appointment: Appointment }) {
  const { t } = useWords();
  const { dates } = useClinicDates();
  const { start, end, providerName, location, type, reason, comment, status } = appointment;
  const statusKey = status === null ? undefined : statusKeys[status];
  if (start === null) return null;

  function save(): void {
    const text = calendarFile(appointment, t('appointments.inCalendar'), new Date());
    if (text !== null) saveFile(new Blob([text], { type: 'text/calendar' }), 'appointment.ics');
  }

  return (
    <section className="card stack" aria-label={t('appointments.next')}>
      <h2>{t('appointments.next')}</h2>
      <p className={classes.when}>
        <time dateTime={start}>{dates.longDay(start)}</time>
        <span>{end ? `${dates.time(start)} – ${dates.time(end)}` : dates.time(start)}</span>
      </p>
      <dl className={classes.facts}>
        {providerName && <Fact name={t('appointments.with')} value={providerName} />}
        {location && <Fact name={t('appointments.where')} value={location} />}
        {(type ?? reason) && <Fact name={t('appointments.what')} value={[type, reason].filter(Boolean).join(' · ')} />}
        {comment && <Fact name={t('appointments.note')} value={comment} />}
        {statusKey && <Fact name={t('appointments.state')} value={t(statusKey)} />}
      </dl>
      <ActionButton onPress={save}>
        <IconCalendarPlus size={20} aria-hidden="true" />
        {t('appointments.addToCalendar')}
      </ActionButton>
    </section>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt className="muted small">{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
