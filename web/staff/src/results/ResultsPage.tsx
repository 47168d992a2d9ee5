import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useReloadOn } from '../data/live/useReloadOn';
import { meQuery } from '../data/session/permissions';
import { PageHeading } from '../ui/PageHeading';
import classes from '../ui/Worklist.module.css';
import { BiopsyList } from './BiopsyList';
import { BiopsySheet } from './BiopsySheet';
import { LatestResults } from './LatestResults';
import { ResultSheet } from './ResultSheet';
import { openResultViews, ownKind, type ResultView } from './resultsSearch';
import { ToReview } from './ToReview';

const route = getRouteApi('/signed-in/results');

const titles: Readonly<Record<ResultView, string>> = {
  review: 'To review',
  latest: 'Latest results',
  overdue: 'Overdue biopsies',
  biopsies: 'All biopsies',
};

const resultEvents: readonly string[] = [
  'lab:result_available', 'lab:critical_alert', 'lab:critical_corrected',
  'radiology:report_finalized', 'radiology:critical_alert', 'notification',
];

/** Results that wait for a person, what is new for everybody, and biopsies on their way. */
export function ResultsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: me } = useQuery(meQuery);
  useReloadOn(['results'], ({ name }) => resultEvents.includes(name));
  useReloadOn(['biopsies'], ({ name }) => name.startsWith('biopsy:'));
  if (!me) return null;
  const views = openResultViews(me.permissions);
  const view = views.find((each) => each === search.view) ?? views[0] ?? 'latest';
  const open = (id: string | null) =>
    void navigate({ search: ({ open: _before, ...rest }) => (id === null ? rest : { ...rest, open: id }), resetScroll: false });
  const isBiopsy = view === 'overdue' || view === 'biopsies';
  const kind = search.kind ?? ownKind(me.permissions);

  return (
    <>
      <PageHeading title="Results" />
      <nav aria-label="Which results">
        <ul className={classes.views}>
          {views.map((each) => (
            <li key={each}>
              <Link
                to="/results"
                search={each === views[0] ? {} : { view: each }}
                activeOptions={{ exact: true, includeSearch: true }}
                aria-current={view === each ? 'page' : undefined}
                className={classes.view}
              >
                {titles[each]}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className={classes.split} data-open={search.open === undefined ? undefined : ''}>
        {view === 'review' && <ToReview open={search.open} />}
        {view === 'latest' && <LatestResults kind={kind} open={search.open} />}
        {isBiopsy && <BiopsyList key={view} overdue={view === 'overdue'} open={search.open} />}
        {search.open !== undefined && !isBiopsy && (
          <ResultSheet key={search.open} reportId={search.open} isReviewed={view !== 'review'} onNext={open} onClose={() => open(null)} />
        )}
        {search.open !== undefined && isBiopsy && <BiopsySheet key={search.open} id={search.open} onClose={() => open(null)} />}
      </div>
    </>
  );
}
