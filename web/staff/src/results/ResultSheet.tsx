import { Button, Group } from '@mantine/core';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconChecks } from '@tabler/icons-react';
import { notifications } from '../data/live/notificationList';
import { usePatientsById } from '../data/fhir/patientsById';
import { conceptText, plainWord, referenceId } from '../data/fhir/words';
import { useMay } from '../data/session/permissions';
import { dateAndTime } from '../time/words';
import { ActionFailure } from '../ui/ActionFailure';
import { announce } from '../ui/announcements';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure } from '../ui/Notice';
import { SideSheet } from '../ui/SideSheet';
import { useAction } from '../ui/useAction';
import { gravestFirst, markReviewed, reportQuery, toReviewQuery, type IsCritical, type WholeReport } from './results';
import { SheetPatient } from './SheetPatient';
import { useCriticalOf } from './useCritical';
import { useWatchedResult } from './useWatchedResult';
import { ValueTable } from './ValueTable';
import { isVoid } from '../values/resultWords';

interface ResultSheetProps {
  reportId: string;
  /** It is shown for itself, and no list waits for it. */
  isReviewed: boolean;
  onNext: (reportId: string | null) => void;
  onClose: () => void;
}

/** One report with its values. Opening it says that the person has seen it; reviewing takes it off the person's list. */
export function ResultSheet({ reportId, isReviewed, onNext, onClose }: ResultSheetProps) {
  const may = useMay();
  const { data, error, refetch } = useQuery(reportQuery(reportId, may('read', 'Observation')));
  const patientId = referenceId(data?.report.subject, 'Patient');
  const isCritical = useCriticalOf(reportId, patientId);
  useWatchedResult(patientId);
  const name = data?.report.subject?.display ?? null;
  const person = usePatientsById([patientId]).get(patientId ?? '');
  return (
    <SideSheet title={data ? conceptText(data.report.code, 'Result') : 'Result'} onClose={onClose}>
      {!data && !error && <LoadingRows label="Loading the result" count={4} height={32} />}
      {error && !data && <LoadFailure what="The result" error={error} onRetry={() => void refetch()} />}
      {data && (
        <>
          <SheetPatient person={person} name={name} />
          <Report whole={data} isCritical={isCritical} />
          {!isReviewed && (person || name !== null) && <ReviewActions reportId={reportId} onNext={onNext} />}
          {patientId && (
            <Group>
              <Button
                size="xs"
                variant="default"
                renderRoot={(properties) => (
                  <Link {...properties} to="/patients/$patientId" params={{ patientId }} search={{ view: viewOf(data) }} preload={false} />
                )}
              >
                Open chart
              </Button>
            </Group>
          )}
        </>
      )}
    </SideSheet>
  );
}

function viewOf({ report }: WholeReport): 'imaging' | 'results' {
  return report.category?.some(({ coding }) => coding?.some(({ code }) => code === 'RAD')) ? 'imaging' : 'results';
}

function Report({ whole: { report, values }, isCritical }: { whole: WholeReport; isCritical: IsCritical }) {
  return (
    <>
      <p>
        {plainWord(report.status)} · {dateAndTime(report.issued ?? report.effectiveDateTime)}
      </p>
      {isVoid(report.status) && <p role="note">This report was taken back. Nothing in it is to be relied on.</p>}
      {values.length > 0 && <ValueTable values={gravestFirst(values, isCritical)} isCritical={isCritical} />}
      {report.conclusion && (
        <div>
          <h3>Conclusion</h3>
          <p>{report.conclusion}</p>
        </div>
      )}
      {values.length === 0 && !report.conclusion && <p>The report names no values that you may see.</p>}
    </>
  );
}

/** Reviewed is off the list, and the next result comes: a morning's results are gone through without going back. */
function ReviewActions({ reportId, onNext }: { reportId: string; onNext: (reportId: string | null) => void }) {
  const queries = useQueryClient();
  const { data = [], isSuccess } = useInfiniteQuery(toReviewQuery);
  const at = data.findIndex((each) => each.reportId === reportId);
  const notice = data[at];
  const next = data[at + 1] ?? data[at - 1];
  const review = useAction<string, unknown>({
    run: markReviewed,
    done: () => 'marked as reviewed',
    about: () => 'the result',
    onSuccess: () => {
      announce('Reviewed');
      void notifications.reload();
      void queries.invalidateQueries({ queryKey: toReviewQuery.queryKey });
    },
    thenHere: () => onNext(next?.reportId ?? null),
  });
  // Whether it was reviewed, the list does not say: it may be older than what is loaded, or a colleague's.
  if (!notice) return isSuccess ? <p>This result is not among those that wait for your review.</p> : null;
  if (notice.type === 'biopsy_result') {
    return (
      <p>
        The review of a biopsy is signed with the biopsy: <Link to="/results" search={{ view: 'biopsies' }}>go to the biopsies</Link>.
      </p>
    );
  }
  return (
    <>
      {review.error && <ActionFailure done="marked as reviewed" error={review.error} />}
      <Group>
        <Button
          leftSection={<IconChecks size={18} aria-hidden="true" />}
          loading={review.isPending}
          onClick={() => review.mutate(notice.id)}
        >
          {next ? 'Reviewed, next' : 'Reviewed'}
        </Button>
      </Group>
    </>
  );
}
