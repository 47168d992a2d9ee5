import { isId } from '../data/ids';
import { isDay, today } from '../time/days';

export interface ScheduleSearch {
  /** Today without it. */
  date?: string;
  /** The day without it. */
  view?: 'week';
  /** Columns by provider without it. */
  by?: 'room';
  /** The one provider whose appointments are shown. */
  provider?: string;
  cancelled?: 'hidden';
  /** An appointment is being booked. */
  book?: true;
}

/** Checked on the way in: what is wrong is dropped. */
export function readScheduleSearch(search: Record<string, unknown>): ScheduleSearch {
  return {
    ...(isDay(search['date']) && search['date'] !== today() ? { date: search['date'] } : {}),
    ...(search['view'] === 'week' ? { view: 'week' } : {}),
    ...(search['by'] === 'room' ? { by: 'room' } : {}),
    ...(isId(search['provider']) ? { provider: search['provider'] } : {}),
    ...(search['cancelled'] === 'hidden' ? { cancelled: 'hidden' } : {}),
    ...(search['book'] === true ? { book: true } : {}),
  };
}
