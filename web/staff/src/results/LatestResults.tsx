import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconReportMedical } from '@tabler/icons-react';
import { usePatientsById } from '../data/fhir/patientsById';
import type { DiagnosticReport, Observation, Person } from '../data/fhir/resources';
import { conceptText, personName, plainWord, referenceId } from '../data/fhir/words';
import { useMay } from '../data/session/permissions';
import { dateAndTime, dateText } from '../time/words';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure, Nothing } from '../ui/Notice';
import classes from '../ui/Worklist.module.css';
import { usePrevious } from './earlier';
import { latestQuery, standOut, type IsCritical } from './results';
import type { ReportKind } from './resultsSearch';
import { RowValues } from './RowValues';
import { useAlerted } from './useCritical';

const kinds = [
  ['all', 'All'],
  ['LAB', 'Laboratory'],
  ['RAD', 'Imaging'],
] as const;

const shownAtMost = 2;

/** What became available last, whoever ordered it. */
export function LatestResults({ kind, open }: { kind: ReportKind | 'all'; open: string | undefined }) {
  const may = useMay();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    latestQuery(kind, may('read', 'Observation')),
  );
  const reports = data?.pages.flatMap(({ resources }) => resources) ?? [];
  const included = data?.pages.flatMap((page) => page.included) ?? [];
  const isCritical = useAlerted();
  const unusual = reports.map((report) => standOut(report, included, isCritical));
  const previous = usePrevious(unusual.flatMap((values) => values.slice(0, shownAtMost)));
  const people = usePatientsById(reports.map(({ subject }) => referenceId(subject, 'Patient')));
  return (
    <div>
      <nav aria-label="Kind of result">
        <ul className={classes.views}>
          {kinds.map(([each, text]) => (
            <li key={each}>
              <Link
                to="/results"
                search={{ view: 'latest', kind: each }}
                activeOptions={{ exact: true, includeSearch: true }}
                className={classes.view}
                aria-current={kind === each ? 'page' : undefined}
              >
                {text}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      {isPending && <LoadingRows label="Loading results" count={6} height={52} />}
      {error && !data && <LoadFailure what="Results" error={error} onRetry={() => void refetch()} />}
      {data && reports.length === 0 && (
        <Nothing icon={<IconReportMedical size={32} aria-hidden="true" />}>No result of this kind is available yet.</Nothing>
      )}
      {reports.length > 0 && (
        <ul className={classes.list} aria-label="Latest results">
          {reports.map((report, index) => (
            <Row
              key={report.id}
              report={report}
              person={people.get(referenceId(report.subject, 'Patient') ?? '')}
              values={unusual[index] ?? []}
              previous={previous}
              isCritical={isCritical}
              kind={kind}
              isOpen={report.id === open}
            />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Button variant="default" className={classes.more ?? ''} loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show older results
        </Button>
      )}
    </div>
  );
}

interface RowProps {
  report: DiagnosticReport;
  person: Person | undefined;
  values: readonly Observation[];
  previous: (value: Observation) => Observation | undefined;
  isCritical: IsCritical;
  kind: ReportKind | 'all';
  isOpen: boolean;
}

function Row({ report, person, values, previous, isCritical, kind, isOpen }: RowProps) {
  return (
    <li>
      <Link
        to="/results"
        search={{ view: 'latest', kind, open: report.id ?? '' }}
        className={classes.row}
        aria-current={isOpen ? 'true' : undefined}
        preload={false}
        resetScroll={false}
      >
        <span className={classes.cell}>
          <strong>{person ? personName(person) : 'Patient'}</strong>
          <span className={classes.second}>{person?.birthDate ? `born ${dateText(person.birthDate)}` : ' '}</span>
        </span>
        <span className={classes.cell}>
          <span>{conceptText(report.code, 'Result')}</span>
          <RowValues values={values} atMost={shownAtMost} counted="out of range" previous={previous} isCritical={isCritical} />
        </span>
        <span className={classes.end}>
          {dateAndTime(report.issued ?? report.effectiveDateTime)}
          {report.status !== 'final' && <span className={classes.chip}>{plainWord(report.status)}</span>}
        </span>
      </Link>
    </li>
  );
}
