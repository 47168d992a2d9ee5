import { asServerTime } from '../time/serverTime';
import { useNow } from '../time/useNow';
import { dateAndTime } from '../time/words';
import { clockText } from './alertWords';

/** Counts by itself and without being spoken each time. */
export function AlertClock({ dueAt }: { dueAt: string | null }) {
  const now = useNow(10_000);
  if (dueAt === null) return null;
  return (
    <time dateTime={dueAt} title={dateAndTime(dueAt)} aria-live="off">
      {clockText(dueAt, asServerTime(now))}
    </time>
  );
}
