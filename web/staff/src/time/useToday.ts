import { useEffect, useState } from 'react';
import { today, type Day } from './days';

const lookEveryMs = 30_000;

/** Today where the clinic is, also after midnight. */
export function useToday(): Day {
  const [day, setDay] = useState(today);
  useEffect(() => {
    const clock = setInterval(() => setDay(today()), lookEveryMs);
    return () => clearInterval(clock);
  }, []);
  return day;
}
