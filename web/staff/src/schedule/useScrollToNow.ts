import { useEffect, useRef } from 'react';
import { minutesInto, today, type Day } from '../time/days';

const minutesAbove = 60;

/** Opens today's board where the day is; other days open at their beginning. */
export function useScrollToNow(day: Day, firstHour: number, scale: number) {
  const board = useRef<HTMLDivElement>(null);
  const first = useRef(firstHour);
  useEffect(() => {
    if (!board.current) return;
    const minutes = day === today() ? minutesInto(day, new Date()) - first.current * 60 - minutesAbove : 0;
    board.current.scrollTop = Math.max(0, minutes * scale);
  }, [day, scale]);
  return board;
}
