import { isId } from '../data/ids';
import { isDay } from '../time/days';

export const outcomes = ['0', '4', '8', '12'] as const;

export const outcomeWords: Readonly<Record<string, string>> = {
  '0': 'Done',
  '4': 'Refused',
  '8': 'Failed',
  '12': 'Broken',
};

export interface AuditSearch {
  user?: string;
  patient?: string;
  action?: string;
  outcome?: string;
  from?: string;
  to?: string;
  /** The entry whose details are shown. */
  open?: string;
}

/** Checked on the way in: what is wrong is dropped. */
export function readAuditSearch(search: Record<string, unknown>): AuditSearch {
  const read = {
    user: isId(search['user']) ? search['user'] : undefined,
    patient: isId(search['patient']) ? search['patient'] : undefined,
    action: isId(search['action']) ? search['action'] : undefined,
    outcome: outcomes.find((each) => each === String(search['outcome'])),
    from: isDay(search['from']) ? search['from'] : undefined,
    to: isDay(search['to']) ? search['to'] : undefined,
    open: /^\d{1,15}$/.test(String(search['open'])) ? String(search['open']) : undefined,
  };
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined)) as AuditSearch;
}
