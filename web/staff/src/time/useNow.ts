import { useEffect, useState } from 'react';

/** The time, renewed every so often and at `at`. */
export function useNow(everyMs: number, at?: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const clock = setInterval(() => setNow(Date.now()), everyMs);
    const bell = at === undefined ? undefined : setTimeout(() => setNow(Date.now()), Math.max(0, at - Date.now()));
    return () => {
      clearInterval(clock);
      clearTimeout(bell);
    };
  }, [everyMs, at]);
  return now;
}
