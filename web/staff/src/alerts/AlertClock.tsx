import { useNow } from '../time/useNow';
import { clockText } from './alertWords';

/** Counts by itself and without being spoken each time. */
export function AlertClock({ dueAt }: { dueAt: string | null }) {
  const now = useNow(10_000);
  if (dueAt === null) return null;
  return (
    <time dateTime={dueAt} title={new Date(dueAt).toLocaleString()} aria-live="off">
      {clockText(dueAt, now)}
    </time>
  );
}
