import { useEffect, useState } from 'react';

const lookEveryMs = 15_000;

/** Whole minutes until an instant; negative once it is over. */
export function useMinutes(instant: string): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), lookEveryMs);
    return () => clearInterval(timer);
  }, []);
  return Math.floor((Date.parse(instant) - now) / 60_000);
}
