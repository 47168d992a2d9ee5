import { ActionIcon, Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { IconChevronLeft, IconChevronRight, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { administratorNeeds, meets, meQuery } from '../data/session/permissions';
import { addDays, today, weekOf } from '../time/days';
import { dateText } from '../time/words';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure } from '../ui/Notice';
import { PageHeading } from '../ui/PageHeading';
import { AddTurnDialog } from './AddTurnDialog';
import { AwaySection } from './AwaySection';
import { onCallQuery } from './onCall';
import classes from './OnCall.module.css';
import { WeekGrid } from './WeekGrid';

const route = getRouteApi('/signed-in/alerts/on-call');

/** Who is asked when something critical waits: a week at a time. Administrators change it, everybody says when they are away. */
export function OnCallPage() {
  const { week = today() } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: me } = useQuery(meQuery);
  const { data, error, isPending, refetch } = useQuery(onCallQuery);
  const [adding, setAdding] = useState(false);
  const days = weekOf(week);
  const mayChange = me !== undefined && meets(me.permissions, administratorNeeds);
  const go = (by: number) => void navigate({ search: { week: addDays(week, by) } });

  return (
    <>
      <div className={classes.head}>
        <PageHeading title="On call" />
        <Link to="/alerts">Back to the alerts</Link>
      </div>
      <div className={classes.head}>
        <Group gap={6} role="group" aria-label="Week">
          <ActionIcon variant="default" size={36} aria-label="Previous week" onClick={() => go(-7)}>
            <IconChevronLeft size={18} aria-hidden="true" />
          </ActionIcon>
          <Button variant="default" disabled={days.includes(today())} onClick={() => void navigate({ search: {} })}>
            This week
          </Button>
          <ActionIcon variant="default" size={36} aria-label="Next week" onClick={() => go(7)}>
            <IconChevronRight size={18} aria-hidden="true" />
          </ActionIcon>
          <span aria-live="polite">
            {dateText(days[0])} – {dateText(days[6])}
          </span>
        </Group>
        {mayChange && (
          <Button leftSection={<IconPlus size={18} aria-hidden="true" />} onClick={() => setAdding(true)}>
            Add a turn
          </Button>
        )}
      </div>
      {isPending && <LoadingRows label="Loading the on-call schedule" count={4} height={64} />}
      {error && !data && <LoadFailure what="The on-call schedule" error={error} onRetry={() => void refetch()} />}
      {data && (
        <>
          <WeekGrid days={days} turns={data.items} mayChange={mayChange} />
          <AwaySection away={data.outOfOffice} />
        </>
      )}
      <AddTurnDialog opened={adding} day={days.includes(today()) ? today() : (days[0] ?? today())} onClose={() => setAdding(false)} />
    </>
  );
}
