import { Link } from '@tanstack/react-router';
import type { PatientChart } from './chart';
import { openViews, shownView } from './chartParts';
import type { ChartView } from './chartSearch';
import classes from './ChartTabs.module.css';

/** Links, so that each view has an address, opens in another tab and is left by Back. */
export function ChartTabs({ chart, view }: { chart: PatientChart; view: ChartView | undefined }) {
  const current = shownView(chart, view);
  const unseen = chart.unreadResultCount;
  return (
    <nav aria-label="Chart" className={classes.tabs}>
      <ul>
        {openViews(chart).map(({ view: each, text }) => (
          <li key={text}>
            <Link
              to="/patients/$patientId"
              params={{ patientId: chart.patientId }}
              search={({ asOf }) => ({ ...(each ? { view: each } : {}), ...(asOf ? { asOf } : {}) })}
              activeOptions={{ exact: true, includeSearch: true }}
              aria-current={current === each ? 'page' : undefined}
              data-current={current === each || undefined}
              className={classes.tab}
              preload={false}
              resetScroll={false}
            >
              {text}
              {each === 'results' && unseen > 0 && ` (${unseen} unseen)`}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
