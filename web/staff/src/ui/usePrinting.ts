import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';

/** Calls with whether the page is being put on paper, at once: the browser takes it as it is when the listeners have returned. */
export function watchPrinting(then: (isPrinting: boolean) => void): () => void {
  const paper = window.matchMedia('print');
  const begin = () => then(true);
  const end = () => then(false);
  const change = () => then(paper.matches);
  window.addEventListener('beforeprint', begin);
  window.addEventListener('afterprint', end);
  paper.addEventListener('change', change);
  return () => {
    window.removeEventListener('beforeprint', begin);
    window.removeEventListener('afterprint', end);
    paper.removeEventListener('change', change);
  };
}

/** True while the page is put on paper: what is only for paper need not be in the page before. */
export function usePrinting(): boolean {
  const [isPrinting, setPrinting] = useState(false);
  useEffect(() => watchPrinting((now) => flushSync(() => setPrinting(now))), []);
  return isPrinting;
}
