import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconCircle, IconCircleCheckFilled, IconClockExclamation } from '@tabler/icons-react';
import { usePatientsById } from '../data/fhir/patientsById';
import { useMay } from '../data/session/permissions';
import { dateAndTime } from '../time/words';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure } from '../ui/Notice';
import { SideSheet } from '../ui/SideSheet';
import list from '../ui/Worklist.module.css';
import { biopsyQuery, overdueText, stepsOf, type Biopsy } from './biopsies';
import classes from './Biopsy.module.css';
import { BiopsyActions } from './BiopsyActions';
import { SheetPatient } from './SheetPatient';

/** One biopsy: its way, its result, and what comes next. */
export function BiopsySheet({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, error, refetch } = useQuery(biopsyQuery(id));
  const person = usePatientsById([data?.patientId]).get(data?.patientId ?? '');
  return (
    <SideSheet title={[data?.site, data?.procedure].filter(Boolean).join(', ') || 'Biopsy'} onClose={onClose}>
      {!data && !error && <LoadingRows label="Loading the biopsy" count={4} height={32} />}
      {error && !data && <LoadFailure what="The biopsy" error={error} onRetry={() => void refetch()} />}
      {data && (
        <>
          <SheetPatient person={person} name={data.patientName} />
          <Way biopsy={data} />
          <Result biopsy={data} />
          {(person || data.patientName !== null) && <BiopsyActions biopsy={data} />}
          <ChartButton patientId={data.patientId} />
        </>
      )}
    </SideSheet>
  );
}

function Way({ biopsy }: { biopsy: Biopsy }) {
  const late = overdueText(biopsy);
  if (biopsy.status === 'cancelled') return <p>This biopsy was cancelled.</p>;
  return (
    <div>
      {late && (
        <p>
          <span className={list.chip} data-tone="late">
            <IconClockExclamation size={14} aria-hidden="true" /> {late}
          </span>
        </p>
      )}
      <ol className={classes.way} aria-label="Way of the biopsy">
        {stepsOf(biopsy).map(({ text, at, isDone }) => (
          <li key={text} data-done={isDone || undefined}>
            {isDone ? <IconCircleCheckFilled size={18} aria-hidden="true" /> : <IconCircle size={18} aria-hidden="true" />}
            <span>{text}</span>
            <span className={list.second}>{at ? dateAndTime(at) : isDone ? 'time not recorded' : 'not yet'}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Result({ biopsy: { result, review, specimen } }: { biopsy: Biopsy }) {
  return (
    <>
      {specimen && <p>Specimen: {specimen}</p>}
      {result && (
        <div>
          <h3>Result</h3>
          <p>
            <strong>{result.diagnosis ?? 'The report names no diagnosis.'}</strong>
            {result.isMalignant === true && (
              <>
                {' '}
                <span className={list.chip} data-tone="late">
                  Malignant
                </span>
              </>
            )}
          </p>
          {result.report && <p>{result.report}</p>}
          {result.pathologist && <p className={list.second}>Pathologist: {result.pathologist}</p>}
        </div>
      )}
      {review && (
        <div>
          <h3>Review</h3>
          <p>{review.decision ?? 'The decision is not open to you.'}</p>
          {review.note && <p>{review.note}</p>}
          <p className={list.second}>
            {review.reviewedByName && `Signed by ${review.reviewedByName}`}
            {review.reviewedAt && `, ${dateAndTime(review.reviewedAt)}`}
          </p>
        </div>
      )}
    </>
  );
}

function ChartButton({ patientId }: { patientId: string | null }) {
  const may = useMay();
  if (patientId === null || !may('read', 'Patient')) return null;
  return (
    <Group>
      <Button
        size="xs"
        variant="default"
        renderRoot={(properties) => <Link {...properties} to="/patients/$patientId" params={{ patientId }} preload={false} />}
      >
        Open chart
      </Button>
    </Group>
  );
}
