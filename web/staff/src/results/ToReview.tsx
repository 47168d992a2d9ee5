import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconCircleCheck } from '@tabler/icons-react';
import { usePatientsById } from '../data/fhir/patientsById';
import { personName } from '../data/fhir/words';
import { useMay } from '../data/session/permissions';
import { dateAndTime, dateText } from '../time/words';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure, Nothing } from '../ui/Notice';
import classes from '../ui/Worklist.module.css';
import { usePrevious } from './earlier';
import { gravestFirst, reportsQuery, toReviewQuery } from './results';
import { RowValues } from './RowValues';
import { useAlerted } from './useCritical';
import { statusWord } from '../values/resultWords';

const kindWords: Readonly<Record<string, string>> = {
  lab_result_available: 'Laboratory',
  radiology_report_finalized: 'Imaging',
  biopsy_result: 'Biopsy',
};

const shownAtMost = 3;

/** The results that this person was told of and has not reviewed, the newest first, each with its first values. */
export function ToReview({ open }: { open: string | undefined }) {
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(toReviewQuery);
  const people = usePatientsById((data ?? []).map(({ patientId }) => patientId));
  const may = useMay();
  const { data: reports } = useQuery(reportsQuery((data ?? []).flatMap(({ reportId }) => reportId ?? []), may('read', 'Observation')));
  const isCritical = useAlerted();
  const valuesBy = new Map([...(reports ?? [])].map(([id, { values }]) => [id, gravestFirst(values, isCritical)] as const));
  const previous = usePrevious([...valuesBy.values()].flatMap((values) => values.slice(0, shownAtMost)));
  if (isPending) return <LoadingRows label="Loading results" count={5} height={52} />;
  if (error && !data) return <LoadFailure what="Your results" error={error} onRetry={() => void refetch()} />;
  return (
    <div>
      {data.length === 0 && !hasNextPage ? (
        <Nothing icon={<IconCircleCheck size={32} aria-hidden="true" />}>
          No result waits for your review. Results of what you ordered appear here by themselves.
        </Nothing>
      ) : (
        <ul className={classes.list} aria-label="Results to review">
          {data.map(({ id, type, patientId, reportId, message, createdAt }) => {
            const person = people.get(patientId ?? '');
            const values = valuesBy.get(reportId ?? '');
            const whole = reports?.get(reportId ?? '');
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
                    {values && <RowValues values={values} atMost={shownAtMost} previous={previous} isCritical={isCritical} />}
                    {whole?.report.conclusion && <span className={classes.clipped}>{whole.report.conclusion}</span>}
                    <span className={classes.second}>
                      {[kindWords[type], statusWord(whole?.report.status)].filter(Boolean).join(' · ')}
                    </span>
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
