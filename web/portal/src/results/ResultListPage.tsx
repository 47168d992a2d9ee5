import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useActing } from '../data/people';
import { usePortal } from '../data/portal';
import { useClinicDates } from '../data/useClinicDates';
import { usePollInterval } from '../data/useFreshness';
import { ActionButton } from '../ui/ActionButton';
import { ClinicZone } from '../ui/ClinicZone';
import { PageHeading } from '../ui/PageHeading';
import { QueryView } from '../ui/QueryView';
import { useWords } from '../words/useWords';
import { newestFirst, resultsQuery, type Result } from './results';
import classes from './ResultListPage.module.css';
import { Sentence } from './Sentence';

export function ResultListPage() {
  const { t } = useWords();
  const portal = usePortal();
  const { patientId } = useActing();
  const query = useInfiniteQuery({ ...resultsQuery(portal, patientId), refetchInterval: usePollInterval() });
  return (
    <>
      <PageHeading title={t('results.title')} />
      <ClinicZone />
      <QueryView query={query}>
        {({ pages }) => {
          const results = newestFirst(pages.flatMap(({ items }) => items));
          if (results.length === 0) return <p className="card">{t('results.none')}</p>;
          return (
            <ul className="list" aria-label={t('results.title')}>
              {results.map((result) => (
                <li key={`${result.kind}/${result.id}`}>
                  <ResultRow result={result} />
                </li>
              ))}
            </ul>
          );
        }}
      </QueryView>
      {query.hasNextPage && (
        <ActionButton isBusy={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
          {t('results.more')}
        </ActionButton>
      )}
    </>
  );
}

function ResultRow({ result }: { readonly result: Result }) {
  const { t } = useWords();
  const { dates } = useClinicDates();
  return (
    <Link to="/results/$resultId" params={{ resultId: result.id }} className={`card ${classes.row}`}>
      <strong>{result.title ?? t('result.untitled')}</strong>
      <span>
        <Sentence result={result} />
      </span>
      <span className="row small">
        {!result.isViewed && (
          <span className="chip" data-tone="accent">
            {t('result.new')}
          </span>
        )}
        {result.isChanged && <span className="chip">{t('result.changed')}</span>}
        {result.availableAt && (
          <time dateTime={result.availableAt} className="muted">
            {dates.day(result.availableAt)}
          </time>
        )}
      </span>
    </Link>
  );
}
