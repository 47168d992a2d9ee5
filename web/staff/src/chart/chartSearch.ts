import { isId } from '../data/ids';

export const chartViews = ['timeline', 'results', 'medications', 'imaging', 'encounters', 'messages'] as const;

export type ChartView = (typeof chartViews)[number];

export interface ChartSearch {
  /** The summary without it. */
  view?: ChartView;
  /** The instant as of which the chart is shown; now without it. */
  asOf?: string;
  /** The item of the view that is open. */
  open?: string;
}

/** Checked on the way in: what is wrong is dropped, not shown as a failure. */
export function chartSearch(search: Record<string, unknown>): ChartSearch {
  const view = chartViews.find((each) => each === search['view']);
  const asOf = toInstant(search['asOf']);
  return { ...(view ? { view } : {}), ...(asOf ? { asOf } : {}), ...(isId(search['open']) ? { open: search['open'] } : {}) };
}

function toInstant(text: unknown): string | null {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(text)) return null;
  const instant = Date.parse(text);
  return Number.isNaN(instant) || instant > Date.now() ? null : text;
}
