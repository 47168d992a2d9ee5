import { useLayoutEffect, useRef } from 'react';

/** Tells the page how high header and critical bar are together: what sticks below them needs it, and the bar comes and goes. */
export function useTopHeight() {
  const frame = useRef<HTMLDivElement>(null);
  const top = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const [outer, inner] = [frame.current, top.current];
    if (!outer || !inner) return undefined;
    const measure = () => outer.style.setProperty('--top-height', `${Math.round(inner.getBoundingClientRect().height)}px`);
    const observer = new ResizeObserver(measure);
    measure();
    observer.observe(inner);
    return () => observer.disconnect();
  }, []);
  return { frame, top };
}
