import { may, type Permissions } from '@vagus/client';
import { isId } from '../data/ids';

export const resultViews = ['review', 'latest', 'overdue', 'biopsies'] as const;
export const reportKinds = ['LAB', 'RAD'] as const;

export type ResultView = (typeof resultViews)[number];
export type ReportKind = (typeof reportKinds)[number];

export interface ResultsSearch {
  /** The first that is open to the person without it. */
  view?: ResultView;
  /** Of the latest results; all without it. */
  kind?: ReportKind | 'all';
  /** The report or biopsy whose details are shown. */
  open?: string;
}

/** Checked on the way in: what is wrong is dropped. */
export function readResultsSearch(search: Record<string, unknown>): ResultsSearch {
  const view = resultViews.find((each) => each === search['view']);
  const kind = [...reportKinds, 'all' as const].find((each) => each === search['kind']);
  return { ...(view ? { view } : {}), ...(kind ? { kind } : {}), ...(isId(search['open']) ? { open: search['open'] } : {}) };
}

/** Results wait for those who treat; who works in a laboratory sees what is new of its kind. */
export function openResultViews(permissions: Permissions): readonly ResultView[] {
  const treats = may(permissions, 'read', 'Condition');
  const biopsies = may(permissions, 'read', 'ServiceRequest') && may(permissions, 'read', 'Specimen');
  return resultViews.filter((view) => (view === 'review' ? treats : view === 'latest' || biopsies));
}

/** Who reads no single values reads imaging, who reads no studies the laboratory. */
export function ownKind(permissions: Permissions): ReportKind | 'all' {
  if (!may(permissions, 'read', 'Observation')) return 'RAD';
  return may(permissions, 'read', 'ImagingStudy') ? 'all' : 'LAB';
}
