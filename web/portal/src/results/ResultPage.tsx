import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useActing } from '../data/people';
import { usePortal } from '../data/portal';
import { useClinicDates } from '../data/useClinicDates';
import { ClinicZone } from '../ui/ClinicZone';
import { Notice } from '../ui/Notice';
import { PageHeading } from '../ui/PageHeading';
import { QueryView } from '../ui/QueryView';
import { useWords } from '../words/useWords';
import { resultsQuery, tellViewed, type Result } from './results';
import { Sentence } from './Sentence';
import { TestValue } from './TestValue';

const route = getRouteApi('/signed-in/results/$resultId');

export function ResultPage() {
  const { t } = useWords();
  const portal = usePortal();
  const { resultId } = route.useParams();
  const { patientId } = useActing();
  const query = useInfiniteQuery(resultsQuery(portal, patientId));
  const result = query.data?.pages.flatMap(({ items }) => items).find(({ id }) => id === resultId);
  const { hasNextPage, isFetching, fetchNextPage } = query;
  const isSought = query.isSuccess && result === undefined && hasNextPage;
  useEffect(() => {
    // An older one is on a later page of the list.
    if (isSought && !isFetching) void fetchNextPage();
  }, [isSought, isFetching, fetchNextPage]);
  useViewed(patientId, result);
  return (
    <>
      <Link to="/results">{t('result.back')}</Link>
      {result ? <Whole result={result} /> : <QueryView query={query}>{() => (isSought ? null : <Missing />)}</QueryView>}
    </>
  );
}

/** Told once while the page is open, also where the result is loaded again. */
function useViewed(patientId: string | null, result: Result | undefined): void {
  const portal = usePortal();
  const queries = useQueryClient();
  const shown = useRef(result);
  useEffect(() => {
    shown.current = result;
  });
  const isNew = result !== undefined && !result.isViewed;
  const id = result?.id;
  useEffect(() => {
    if (!isNew || id === undefined || shown.current === undefined || patientId === null) return;
    // Not told: it stays new, and is told with the next visit.
    tellViewed(portal, patientId, shown.current)
      .then(() => queries.invalidateQueries({ queryKey: ['results', patientId] }))
      .catch(() => undefined);
  }, [portal, queries, patientId, isNew, id]);
}

function Missing() {
  const { t } = useWords();
  return (
    <>
      <PageHeading title={t('result.missing')} />
      <p>{t('result.missingText')}</p>
    </>
  );
}

function Whole({ result }: { readonly result: Result }) {
  const { t } = useWords();
  const { dates } = useClinicDates();
  return (
    <>
      <div className="tight">
        <PageHeading title={result.title ?? t('result.untitled')} />
        {result.availableAt && <p className="muted">{t('result.from', { day: dates.longDay(result.availableAt) })}</p>}
      </div>
      <ClinicZone />
      {result.isChanged && <Notice>{t('result.changedText')}</Notice>}
      <p>
        <strong>
          <Sentence result={result} />
        </strong>
      </p>
      {result.kind === 'lab' ? (
        <ul className="list">
          {result.tests.map((test, index) => (
            <TestValue key={index} test={test} />
          ))}
        </ul>
      ) : (
        <ImagingReport impression={result.impression} findings={result.findings} />
      )}
      <p className="muted small">{t('result.meaning')}</p>
      <Link to="/messages/new" search={{ about: 'result' }} className="button" data-kind="main">
        {t('result.ask')}
      </Link>
    </>
  );
}

function ImagingReport({ impression, findings }: { readonly impression: string | null; readonly findings: string | null }) {
  const { t } = useWords();
  return (
    <div className="card stack">
      {impression && (
        <section className="tight">
          <h2>{t('result.impression')}</h2>
          <p className="written">{impression}</p>
        </section>
      )}
      {findings && (
        <section className="tight">
          <h2>{t('result.findings')}</h2>
          <p className="written">{findings}</p>
        </section>
      )}
    </div>
  );
}
