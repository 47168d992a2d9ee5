import { Button } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { clinicZone } from '../time/clinicZone';
import { dateAndTime } from '../time/words';
import classes from './AsOf.module.css';

/** Stays in sight while the past is shown: nobody may take it for now. */
export function PastBanner({ asOf, onNow }: { asOf: string; onNow: () => void }) {
  return (
    <div className={classes.past} role="status" aria-label="Shown moment">
      <IconHistory size={20} aria-hidden="true" />
      <span className={classes.pastText}>
        <strong>The past.</strong> <span className={classes.long}>This is the chart as it was recorded on </span>
        {dateAndTime(asOf)} ({clinicZone()})<span className={classes.long}>. What came later is not in it.</span>
      </span>
      <Button size="compact-sm" variant="white" className={classes.now ?? ''} onClick={onNow}>
        Back to now
      </Button>
    </div>
  );
}
