import { Link } from '@tanstack/react-router';
import { dateAndTime } from '../time/words';
import type { PatientChart } from './chart';
import type { ChartView } from './chartSearch';
import classes from './RecordSection.module.css';

/** What waits about this patient, each with the way to it. */
export function ToDoSection({ chart, asOf }: { chart: PatientChart; asOf: string | undefined }) {
  const { withheld } = chart;
  const lines: { part: string; text: string; view?: ChartView }[] = [
    { part: 'unreadResultCount', text: countText(chart.unreadResultCount, 'result', 'that nobody has opened'), view: 'results' },
    { part: 'pendingLabOrders', text: countText(chart.pendingLabOrders, 'lab order', 'without a result'), view: 'results' },
    { part: 'pendingImagingOrders', text: countText(chart.pendingImagingOrders, 'imaging order', 'without a study'), view: 'imaging' },
    { part: 'encounters', text: visitText(chart), view: 'encounters' },
  ];
  const open = lines.filter(({ part }) => !withheld.includes(part));
  if (open.length === 0) return null;
  return (
    <section className={classes.section} aria-labelledby="chart-at-a-glance">
      <h2 id="chart-at-a-glance" className={classes.title}>
        At a glance
      </h2>
      <ul className={classes.list}>
        {open.map(({ part, text, view }) => (
          <li key={part} className={classes.item}>
            <Link
              to="/patients/$patientId"
              params={{ patientId: chart.patientId }}
              search={{ ...(view ? { view } : {}), ...(asOf ? { asOf } : {}) }}
              preload={false}
            >
              {text}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function countText(count: number, what: string, how: string): string {
  if (count === 0) return `No ${what} ${how}`;
  return `${count} ${what}${count === 1 ? '' : 's'} ${how}`;
}

function visitText({ encounterCount, lastEncounterAt }: PatientChart): string {
  if (encounterCount === 0) return 'No visit so far';
  return `${encounterCount} visit${encounterCount === 1 ? '' : 's'}, the last on ${dateAndTime(lastEncounterAt ?? undefined)}`;
}
