import { Button, Select, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { IconPlus } from '@tabler/icons-react';
import { BookAppointmentDialog } from '../appointments/BookAppointmentDialog';
import { practitioners } from '../appointments/people';
import { personName } from '../data/fhir/words';
import { useMay } from '../data/session/permissions';
import { addDays, weekOf, type Day } from '../time/days';
import { clinicZone } from '../time/clinicZone';
import { useToday } from '../time/useToday';
import { dateText, dayText } from '../time/words';
import { PageHeading } from '../ui/PageHeading';
import { DayNavigation } from './DayNavigation';
import { Appointments } from './Appointments';
import classes from './SchedulePage.module.css';
import type { ScheduleSearch } from './scheduleSearch';
import { useLiveSchedule } from './useLiveSchedule';

const route = getRouteApi('/signed-in/schedule');

const views = [
  ['By provider', {}],
  ['By room', { by: 'room' }],
  ['Week', { view: 'week' }],
] as const;

export function SchedulePage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const now = useToday();
  const day = search.date ?? now;
  const isWeek = search.view === 'week';
  const may = useMay();
  useLiveSchedule();

  const change = (next: Changes, replace = false) =>
    void navigate({ search: (before) => withoutUndefined({ ...before, ...next }), replace });
  const goTo = (next: Day) => change({ date: next });

  return (
    <>
      <div className={classes.head}>
        <div>
          <PageHeading title="Schedule" />
          <p className={classes.day} aria-live="polite">
            {isWeek ? weekText(day) : dayText(day)}
            <span className={classes.zone}> · {clinicZone()}</span>
          </p>
        </div>
        {may('create', 'Appointment') && (
          <Button leftSection={<IconPlus size={18} aria-hidden="true" />} onClick={() => change({ book: true })}>
            Book appointment
          </Button>
        )}
      </div>
      <div className={classes.controls}>
        <DayNavigation day={day} step={isWeek ? 7 : 1} onChange={goTo} />
        <nav aria-label="View of the schedule">
          <ul className={classes.views}>
            {views.map(([text, view]) => {
              const { view: _view, by: _by, book: _book, ...rest } = search;
              const isShown = ('view' in view && isWeek) || ('by' in view && !isWeek && search.by === 'room');
              const isUsual = !('view' in view) && !('by' in view) && !isWeek && search.by !== 'room';
              return (
                <li key={text}>
                  <Link
                    to="/schedule"
                    search={{ ...rest, ...view }}
                    activeOptions={{ exact: true, includeSearch: true }}
                    className={classes.view}
                    aria-current={isShown || isUsual ? 'page' : undefined}
                  >
                    {text}
                  </Link>
                </li>
              );
            })}
          </ul>
        </nav>
        <ProviderFilter chosen={search.provider} onChoose={(provider) => change({ provider })} />
        <Switch
          label="Show cancelled"
          checked={search.cancelled !== 'hidden'}
          onChange={(event) => change({ cancelled: event.currentTarget.checked ? undefined : 'hidden' }, true)}
        />
      </div>
      <Appointments
        key={isWeek ? 'week' : 'day'}
        days={isWeek ? weekOf(day) : [day]}
        isWeek={isWeek}
        grouping={search.by ?? 'provider'}
        provider={search.provider}
        withCancelled={search.cancelled !== 'hidden'}
      />
      <BookAppointmentDialog
        day={day}
        opened={search.book === true && may('create', 'Appointment')}
        onClose={() => change({ book: undefined }, true)}
        onBooked={(booked) => change({ book: undefined, date: booked }, true)}
      />
    </>
  );
}

function ProviderFilter({ chosen, onChoose }: { chosen: string | undefined; onChoose: (id: string | undefined) => void }) {
  const { data = [] } = useQuery(practitioners);
  return (
    <Select
      aria-label="Only appointments with"
      placeholder="All providers"
      className={classes.filter ?? ''}
      data={data.map((person) => ({ value: person.id ?? '', label: personName(person) }))}
      value={chosen ?? null}
      clearable
      searchable
      nothingFoundMessage="No provider of this name"
      onChange={(id) => onChoose(id ?? undefined)}
    />
  );
}

function weekText(day: Day): string {
  const [monday] = weekOf(day);
  return monday ? `${dateText(monday)} – ${dateText(addDays(monday, 6))}` : '';
}

/** What is `undefined` goes out of the address. */
type Changes = { readonly [Key in keyof ScheduleSearch]: ScheduleSearch[Key] | undefined };

function withoutUndefined(search: Changes): ScheduleSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as ScheduleSearch;
}
