import type { ReactNode } from 'react';
import classes from './RecordLine.module.css';

interface RecordLineProps {
  name: ReactNode;
  /** Dates, people, ranges: what explains the name. */
  detail?: ReactNode;
  /** The value or the state, at the end of the line. */
  aside?: ReactNode;
  past?: boolean;
}

export function RecordLine({ name, detail, aside, past }: RecordLineProps) {
  return (
    <div className={classes.line} data-past={past || undefined}>
      <div>
        <div className={classes.name}>{name}</div>
        {detail && <div className={classes.detail}>{detail}</div>}
      </div>
      {aside && <div className={classes.aside}>{aside}</div>}
    </div>
  );
}
