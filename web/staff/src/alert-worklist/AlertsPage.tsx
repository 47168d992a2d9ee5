import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { IconBellCheck } from '@tabler/icons-react';
import type { Alert } from '@vagus/client';
import { useState } from 'react';
import { AlertDialogLater } from '../alerts/AlertDialogLater';
import { settledAlertQuery } from '../alerts/openAlerts';
import { useOpenAlerts } from '../alerts/useAlerts';
import { useSignedInUser } from '../data/session/useSession';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure, Nothing } from '../ui/Notice';
import { PageHeading } from '../ui/PageHeading';
import worklist from '../ui/Worklist.module.css';
import { AlertRow } from './AlertRow';
import { SettledAlerts } from './SettledAlerts';

const route = getRouteApi('/signed-in/alerts');
const views = [
  ['mine', 'Mine'],
  ['all', 'All open'],
  ['settled', 'Settled'],
] as const;

export function AlertsPage() {
  const { show = 'all', open } = route.useSearch();
  const navigate = route.useNavigate();
  const user = useSignedInUser();
  const { alerts, isLoaded, error, reload } = useOpenAlerts();
  const [last, setLast] = useState<Alert | null>(null);
  const known = open === undefined ? null : (alerts.find(({ id }) => id === open) ?? (last?.id === open ? last : null));
  // A link may come late: the alert was settled meanwhile.
  const settled = useQuery({ ...settledAlertQuery(open ?? ''), enabled: open !== undefined && isLoaded && known === null });
  const opened = known ?? (open === undefined ? null : (settled.data ?? null));
  const mine = alerts.filter(({ owner }) => owner?.userId === user?.id);
  const shown = show === 'mine' ? mine : alerts;

  function openOne(alert: Alert | null): void {
    setLast(alert);
    void navigate({ search: ({ open: _before, ...search }) => (alert ? { ...search, open: alert.id } : search) });
  }

  return (
    <>
      <PageHeading title="Alerts" />
      <nav aria-label="Which alerts">
        <ul className={worklist.views}>
          {views.map(([view, text]) => (
            <li key={view}>
              <Link
                to="/alerts"
                search={view === 'all' ? {} : { show: view }}
                aria-current={show === view ? 'page' : undefined}
                className={worklist.view}
              >
                {text}
                {view === 'mine' && isLoaded && ` (${mine.length})`}
                {view === 'all' && isLoaded && ` (${alerts.length})`}
              </Link>
            </li>
          ))}
          <li>
            <Link to="/alerts/on-call" className={worklist.view}>
              On call
            </Link>
          </li>
        </ul>
      </nav>
      {known === null && settled.data === null && <p role="status">This alert is not open, and not among the latest that were settled.</p>}
      {show === 'settled' ? (
        <SettledAlerts onOpen={openOne} />
      ) : (
        <>
          {!isLoaded && !error && <LoadingRows label="Loading alerts" count={4} height={56} />}
          {error && !isLoaded && <LoadFailure what="Alerts" error={error} onRetry={reload} />}
          {isLoaded && shown.length === 0 && (
            <Nothing icon={<IconBellCheck size={32} aria-hidden="true" />}>
              {show === 'mine' ? 'No critical alert waits for you.' : 'No critical alert is open.'} What becomes critical appears here by
              itself.
            </Nothing>
          )}
          {shown.length > 0 && (
            <ul className={worklist.list} aria-label="Open alerts">
              {shown.map((alert) => (
                <AlertRow key={alert.id} alert={alert} isMine={alert.owner?.userId === user?.id} onOpen={() => openOne(alert)} />
              ))}
            </ul>
          )}
        </>
      )}
      {opened && <AlertDialogLater key={opened.id} alert={opened} onClose={() => openOne(null)} />}
    </>
  );
}
