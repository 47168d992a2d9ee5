import { IconClockExclamation } from '@tabler/icons-react';
import { timeWithSeconds, timeText } from '../time/words';
import classes from './StaleNote.module.css';

interface StaleNoteProps {
  what: string;
  since: number;
  /** When it was last loaded. */
  loadedAt: number;
}

/** A part of the page whose live updates do not come says so itself, and how old it may be. */
export function StaleNote({ what, since, loadedAt }: StaleNoteProps) {
  return (
    <div className={classes.note}>
      <IconClockExclamation size={16} aria-hidden="true" />
      <p>
        {/* Read aloud once; the time beside it changes all the time. */}
        <span role="status" aria-label={`Freshness of ${what}`}>
          Live updates of {what} are delayed since {timeText(new Date(since))}.
        </span>{' '}
        It is loaded again every 15 seconds{loadedAt > 0 && <>, last at {timeWithSeconds(new Date(loadedAt).toISOString())}</>}.
      </p>
    </div>
  );
}
