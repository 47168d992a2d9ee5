import { useNames } from '../data/care/colleagues';
import { useSignedInUser } from '../data/session/useSession';
import { dateAndTime } from '../time/words';
import type { Viewing } from './chart';
import classes from './Lists.module.css';

const shownAtMost = 5;

/** Who of the staff has opened it, the latest last. */
export function ViewedBy({ viewings }: { viewings: readonly Viewing[] }) {
  const user = useSignedInUser();
  const names = useNames(viewings.some(({ userId }) => userId !== user?.id));
  if (viewings.length === 0) return <p className={classes.detail}>Nobody has opened it so far.</p>;
  const latest = viewings.slice(-shownAtMost);
  const text = latest.map(({ userId, at }) => `${userId === user?.id ? 'you' : (names.get(userId) ?? 'a colleague')}, ${dateAndTime(at)}`);
  return (
    <p className={classes.detail}>
      Seen by {viewings.length > shownAtMost && `${viewings.length - shownAtMost} earlier, `}
      {text.join('; ')}
    </p>
  );
}
