import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useActing } from '../data/people';
import { usePortal } from '../data/portal';
import { usePollInterval } from '../data/useFreshness';
import { ClinicZone } from '../ui/ClinicZone';
import { ActionButton } from '../ui/ActionButton';
import { PageHeading } from '../ui/PageHeading';
import { QueryView } from '../ui/QueryView';
import type { Dates } from '../words/dates';
import { useWords } from '../words/useWords';
import { comingQuery, isOff, nextOf, pastQuery, statusKeys, type Appointment } from './appointments';
import { NextAppointment } from './NextAppointment';
import { useClinicDates } from '../data/useClinicDates';

export function AppointmentsPage() {
  const { t } = useWords();
  const portal = usePortal();
  const { patientId } = useActing();
  const query = useQuery({ ...comingQuery(portal, patientId), refetchInterval: usePollInterval() });
  return (
    <>
      <PageHeading title={t('appointments.title')} />
      <ClinicZone />
      <QueryView query={query}>
        {(coming) => {
          const next = nextOf(coming);
          const later = coming.filter((each) => each !== next);
          return (
            <>
              {next ? <NextAppointment appointment={next} /> : <p className="card">{t('appointments.none')}</p>}
              {later.length > 0 && <List title={t('appointments.later')} items={later} />}
              <Link to="/messages/new" search={{ about: 'appointment' }} className="button" data-kind={next ? undefined : 'main'}>
                {t('appointments.ask')}
              </Link>
            </>
          );
        }}
      </QueryView>
      <Past key={patientId} patientId={patientId} />
    </>
  );
}

function List({ title, items }: { readonly title: string; readonly items: readonly Appointment[] }) {
  const { dates } = useClinicDates();
  return (
    <section className="list">
      <h2>{title}</h2>
      <ul className="list">
        {items.map((appointment) => (
          <Row key={appointment.id} appointment={appointment} dates={dates} />
        ))}
      </ul>
    </section>
  );
}

function Row({ appointment, dates }: { readonly appointment: Appointment; readonly dates: Dates }) {
  const { t } = useWords();
  const { start, status, providerName, type } = appointment;
  const statusKey = status === null ? undefined : statusKeys[status];
  return (
    <li className="card tight">
      <strong>{start ? `${dates.day(start)}, ${dates.time(start)}` : t('appointments.noTime')}</strong>
      <span>{[type, providerName].filter(Boolean).join(' · ')}</span>
      {statusKey && (
        <span>
          <span className="chip" data-tone={isOff(appointment) ? 'late' : undefined}>
            {t(statusKey)}
          </span>
        </span>
      )}
    </li>
  );
}

function Past({ patientId }: { readonly patientId: string | null }) {
  const { t } = useWords();
  const portal = usePortal();
  const [isOpen, setOpen] = useState(false);
  const query = useInfiniteQuery({ ...pastQuery(portal, patientId), enabled: isOpen && patientId !== null });
  if (!isOpen) return <ActionButton onPress={() => setOpen(true)}>{t('appointments.showPast')}</ActionButton>;
  return (
    <>
      <QueryView query={query}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          return items.length === 0 ? (
            <p className="card">{t('appointments.nonePast', { count: pages.length })}</p>
          ) : (
            <List title={t('appointments.past')} items={items} />
          );
        }}
      </QueryView>
      <ActionButton isBusy={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
        {t('appointments.yearBefore')}
      </ActionButton>
    </>
  );
}
