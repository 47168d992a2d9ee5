import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { IconArrowLeft, IconClockPause, IconUserOff } from '@tabler/icons-react';
import { Problem } from '@vagus/client';
import { useEffect } from 'react';
import { rememberPatient } from '../data/fhir/recentPatients';
import { useSignedInUser } from '../data/session/useSession';
import { useNow } from '../time/useNow';
import { dateAndTime } from '../time/words';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure, Nothing } from '../ui/Notice';
import { PageHeading } from '../ui/PageHeading';
import { StaleNote } from '../ui/StaleNote';
import { AsOfControl } from './AsOfControl';
import { chartQuery } from './chart';
import { ChartHeader } from './ChartHeader';
import classes from './ChartPage.module.css';
import { ChartTabs } from './ChartTabs';
import { ChartViews } from './ChartViews';
import { PastBanner } from './PastBanner';
import { useLiveChart } from './useLiveChart';

const route = getRouteApi('/signed-in/patients/$patientId');

export function ChartPage() {
  const { patientId } = route.useParams();
  return <Chart key={patientId} patientId={patientId} />;
}

function Chart({ patientId }: { patientId: string }) {
  const { asOf, view } = route.useSearch();
  const navigate = route.useNavigate();
  const user = useSignedInUser();
  const now = useNow(60_000);
  const { ready, staleSince } = useLiveChart(patientId, asOf === undefined);
  const { data: chart, error, isPending, refetch, dataUpdatedAt } = useQuery({ ...chartQuery(patientId, asOf), enabled: ready });

  useEffect(() => {
    if (!chart) return;
    const { name, birthDate, sex } = chart;
    rememberPatient({
      resourceType: 'Patient',
      id: patientId,
      ...(name ? { name: [{ text: name }] } : {}),
      ...(birthDate ? { birthDate } : {}),
      ...(sex ? { gender: sex } : {}),
    });
  }, [chart, patientId]);

  function show(moment: string | undefined): void {
    void navigate({ search: ({ asOf: _before, ...search }) => (moment ? { ...search, asOf: moment } : search), replace: true });
  }

  const back = (
    <Link to="/patients" className={classes.back}>
      <IconArrowLeft size={16} aria-hidden="true" />
      Patients
    </Link>
  );
  const isLoading = isPending || !ready;
  if (!chart && !isLoading) {
    return (
      <>
        {back}
        <PageHeading title="Patient" />
        {asOf !== undefined && <PastBanner asOf={asOf} onNow={() => show(undefined)} />}
        <NoChart error={error} isPast={asOf !== undefined} onRetry={() => void refetch()} />
      </>
    );
  }
  const shown = isLoading ? undefined : chart;
  // The control for another moment stays while that moment is loaded: it has focus, and the next step follows at once.
  return (
    <div className={classes.page} data-past={asOf !== undefined || undefined}>
      {shown && back}
      {shown && staleSince !== null && asOf === undefined && (
        <StaleNote what="this chart" since={staleSince} loadedAt={dataUpdatedAt} />
      )}
      <div className={classes.stick}>
        {asOf !== undefined && <PastBanner asOf={asOf} onNow={() => show(undefined)} />}
        {shown ? <ChartHeader chart={shown} isPast={asOf !== undefined} /> : <PageHeading title="Patient" />}
      </div>
      <div key="moment" className={classes.tabRow}>
        {shown && <ChartTabs chart={shown} view={view} />}
        <AsOfControl key="as-of" asOf={asOf} onChange={show} />
      </div>
      {shown ? <ChartViews chart={shown} /> : <LoadingRows label="Loading the patient" count={5} height={72} />}
      {shown && (
        <p className={classes.printed}>
          Printed by {user?.displayName} on {dateAndTime(new Date(now).toISOString())}. {asOf && `As recorded on ${dateAndTime(asOf)}.`}
        </p>
      )}
    </div>
  );
}

function NoChart({ error, isPast, onRetry }: { error: Error | null; isPast: boolean; onRetry: () => void }) {
  if (error instanceof Problem && error.status === 404) {
    return (
      <Nothing icon={<IconUserOff size={32} aria-hidden="true" />}>
        {isPast ? 'At that moment there was' : 'There is'} no such patient, or you may not see the record.
      </Nothing>
    );
  }
  if (error instanceof Problem && error.code === 'chart_being_built') {
    return (
      <Nothing icon={<IconClockPause size={32} aria-hidden="true" />}>
        Charts are being built from the records after an upgrade. This takes minutes; the page tries again by itself.
      </Nothing>
    );
  }
  return <LoadFailure what="The patient" error={error ?? new Error('No answer')} onRetry={onRetry} />;
}
