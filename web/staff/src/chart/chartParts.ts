import type { PatientChart } from './chart';
import type { ChartView } from './chartSearch';

/** The views of a chart, with the part that the server withholds from those to whom a view is not open. */
const views: readonly (readonly [view: ChartView | undefined, text: string, part: string | null])[] = [
  [undefined, 'Summary', null],
  ['timeline', 'Timeline', null],
  ['results', 'Results', 'pendingLabOrders'],
  ['medications', 'Medications', 'medications'],
  ['imaging', 'Imaging', 'pendingImagingOrders'],
  ['encounters', 'Visits', 'encounters'],
  ['messages', 'Messages', null],
];

export function openViews({ withheld }: Pick<PatientChart, 'withheld'>) {
  return views.filter(([, , part]) => part === null || !withheld.includes(part)).map(([view, text]) => ({ view, text }));
}

/** The view at the address, or the summary where it is not open to the person. */
export function shownView(chart: Pick<PatientChart, 'withheld'>, view: ChartView | undefined): ChartView | undefined {
  return openViews(chart).some((each) => each.view === view) ? view : undefined;
}
