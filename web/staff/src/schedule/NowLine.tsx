import { useEffect, useState } from 'react';
import { minutesInto, type Day } from '../time/days';
import classes from './Board.module.css';

interface NowLineProps {
  day: Day;
  firstHour: number;
  lastHour: number;
  /** Pixels a minute. */
  scale: number;
}

export function NowLine({ day, firstHour, lastHour, scale }: NowLineProps) {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const clock = setInterval(() => setNow(new Date()), 30_000);
    return () => clearInterval(clock);
  }, []);
  const minutes = minutesInto(day, now) - firstHour * 60;
  if (minutes < 0 || minutes > (lastHour - firstHour) * 60) return null;
  return <div className={classes.now} aria-hidden="true" style={{ top: `calc(var(--head) + ${minutes * scale}px)` }} />;
}
