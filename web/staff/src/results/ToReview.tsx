import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconCircleCheck } from '@tabler/icons-react';
import { usePatientsById } from '../data/fhir/patientsById';
import { personName } from '../data/fhir/words';
import { dateAndTime, dateText } from '../time/words';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure, Nothing } from '../ui/Notice';
import classes from '../ui/Worklist.module.css';
import { toReviewQuery } from './results';

const kindWords: Readonly<Record<string, string>> = {
  lab_result_available: 'Laboratory',
  radiology_report_finalized: 'Imaging',
  biopsy_result: 'Biopsy',
};

/** The results that this person was told of and has not reviewed, the newest first. */
export function ToReview({ open }: { open: string | undefined }) {
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(toReviewQuery);
  const people = usePatientsById((data ?? []).map(({ patientId }) => patientId));
  if (isPending) return <LoadingRows label="Loading results" count={5} height={52} />;
  if (error && !data) return <LoadFailure what="Your results" error={error} onRetry={() => void refetch()} />;
  return (
    <div>
      {data.length === 0 ? (
        <Nothing icon={<IconCircleCheck size={32} aria-hidden="true" />}>
          No result waits for your review. Results of what you ordered appear here by themselves.
        </Nothing>
      ) : (
        <ul className={classes.list} aria-label="Results to review">
          {data.map(({ id, type, patientId, reportId, message, createdAt }) => {
            const person = people.get(patientId ?? '');
            return (
              <li key={id}>
                <Link
                  to="/results"
                  search={reportId === null ? {} : { open: reportId }}
                  className={classes.row}
                  aria-current={reportId !== null && reportId === open ? 'true' : undefined}
                  // Opening a result is on record; pointing at it is not.
                  preload={false}
                  resetScroll={false}
                >
                  <span className={classes.cell}>
                    <strong>{person ? personName(person) : 'Patient'}</strong>
                    <span className={classes.second}>{person?.birthDate ? `born ${dateText(person.birthDate)}` : ' '}</span>
                  </span>
                  <span className={classes.cell}>
                    <span>{message.replace(/: the report can be read\.$/, '')}</span>
                    <span className={classes.second}>{kindWords[type]}</span>
                  </span>
                  <span className={classes.end}>{dateAndTime(createdAt)}</span>
                </Link>
              </li>
            );
          })}
        </ul>
      )}
      {hasNextPage && (
        <Button variant="default" className={classes.more ?? ''} loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Look for older results
        </Button>
      )}
    </div>
  );
}
