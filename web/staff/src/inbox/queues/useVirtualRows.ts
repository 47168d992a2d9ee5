import { useCallback, useEffect, useRef, useState } from 'react';

interface VirtualRows {
  scroller: React.RefObject<HTMLDivElement | null>;
  /** The rows that are in the document, with a margin around what is seen. */
  first: number;
  last: number;
  rowPx: number;
  reveal: (index: number) => void;
}

const margin = 6;

/** Rows of one height, of which only those near the eye are in the document. The height is in rem: it grows with the person's text. */
export function useVirtualRows(count: number, rowRem: number): VirtualRows {
  const scroller = useRef<HTMLDivElement | null>(null);
  const rowPx = rowRem * remPx();
  const [range, setRange] = useState({ first: 0, last: 24 });
  const look = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const first = Math.max(0, Math.floor(element.scrollTop / rowPx) - margin);
    const last = Math.ceil((element.scrollTop + element.clientHeight) / rowPx) + margin;
    setRange((before) => (before.first === first && before.last === last ? before : { first, last }));
  }, [rowPx]);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    element.addEventListener('scroll', look, { passive: true });
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    return () => {
      element.removeEventListener('scroll', look);
      sizes.disconnect();
    };
  }, [look]);
  const reveal = useCallback(
    (index: number) => {
      const element = scroller.current;
      if (!element) return;
      const top = index * rowPx;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top + rowPx > element.scrollTop + element.clientHeight) element.scrollTop = top + rowPx - element.clientHeight;
      look();
    },
    [rowPx, look],
  );
  return { scroller, first: range.first, last: Math.min(count, range.last), rowPx, reveal };
}

function remPx(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
}
