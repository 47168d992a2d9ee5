import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { Alert } from '@vagus/client';
import { readAlertPage } from '../alerts/openAlerts';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure, Nothing } from '../ui/Notice';
import worklist from '../ui/Worklist.module.css';
import { AlertRow } from './AlertRow';
import classes from './Alerts.module.css';

/** The alerts that are over, the newest first, a page at a time. */
export function SettledAlerts({ onOpen }: { onOpen: (alert: Alert) => void }) {
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['alerts', 'settled'],
    queryFn: ({ pageParam }) => readAlertPage({ state: 'resolved', limit: '50', ...(pageParam ? { cursor: pageParam } : {}) }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
  const alerts = data?.pages.flatMap((page) => page.items) ?? [];
  if (isPending) return <LoadingRows label="Loading settled alerts" count={4} height={56} />;
  if (error && !data) return <LoadFailure what="Settled alerts" error={error} onRetry={() => void refetch()} />;
  if (alerts.length === 0) return <Nothing>No alert has been settled yet.</Nothing>;
  return (
    <>
      <ul className={worklist.list} aria-label="Settled alerts">
        {alerts.map((alert) => (
          <AlertRow key={alert.id} alert={alert} isMine={false} onOpen={() => onOpen(alert)} />
        ))}
      </ul>
      {hasNextPage && (
        <Button variant="default" className={classes.older ?? ''} loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show older alerts
        </Button>
      )}
    </>
  );
}
