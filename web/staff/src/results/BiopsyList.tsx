import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconClockExclamation, IconMicroscope } from '@tabler/icons-react';
import { dateText } from '../time/words';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure, Nothing } from '../ui/Notice';
import { useHighlight } from '../ui/useHighlight';
import classes from '../ui/Worklist.module.css';
import { biopsiesQuery, overdueText, statusText, type Biopsy } from './biopsies';
import type { ResultView } from './resultsSearch';

/** Overdue ones with the oldest first; all with the newest first. */
export function BiopsyList({ overdue, open }: { overdue: boolean; open: string | undefined }) {
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(biopsiesQuery(overdue));
  const biopsies = data?.pages.flatMap(({ items }) => items) ?? [];
  if (isPending) return <LoadingRows label="Loading biopsies" count={5} height={52} />;
  if (error && !data) return <LoadFailure what="Biopsies" error={error} onRetry={() => void refetch()} />;
  return (
    <div>
      {biopsies.length === 0 && !hasNextPage && (
        <Nothing icon={<IconMicroscope size={32} aria-hidden="true" />}>
          {overdue
            ? 'No biopsy waits too long for its result or its review. One that does appears here and stays until it is done.'
            : 'No biopsy is recorded.'}
        </Nothing>
      )}
      {biopsies.length > 0 && (
        <ul className={classes.list} aria-label={overdue ? 'Overdue biopsies' : 'Biopsies'}>
          {biopsies.map((biopsy) => (
            <Row key={biopsy.id} biopsy={biopsy} view={overdue ? 'overdue' : 'biopsies'} isOpen={biopsy.id === open} />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Button variant="default" className={classes.more ?? ''} loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show more biopsies
        </Button>
      )}
    </div>
  );
}

function Row({ biopsy, view, isOpen }: { biopsy: Biopsy; view: ResultView; isOpen: boolean }) {
  const late = overdueText(biopsy);
  return (
    <li className={useHighlight(`ServiceRequest/${biopsy.id}`)}>
      <Link
        to="/results"
        search={{ view, open: biopsy.id }}
        className={classes.row}
        aria-current={isOpen ? 'true' : undefined}
        preload={false}
        resetScroll={false}
      >
        <span className={classes.cell}>
          <strong>{biopsy.patientName ?? 'Patient'}</strong>
          <span className={classes.second}>{biopsy.providerName ? `ordered by ${biopsy.providerName}` : ' '}</span>
        </span>
        <span className={classes.cell}>
          <span>{[biopsy.site, biopsy.procedure].filter(Boolean).join(', ') || 'Biopsy'}</span>
          <span className={classes.second}>{biopsy.orderedAt ? `ordered ${dateText(biopsy.orderedAt)}` : ' '}</span>
        </span>
        <span className={classes.end}>
          {late && (
            <span className={classes.chip} data-tone="late">
              <IconClockExclamation size={14} aria-hidden="true" /> {late}
            </span>
          )}
          <span className={classes.second}>{statusText(biopsy)}</span>
        </span>
      </Link>
    </li>
  );
}
