import { useEffect, useState } from 'react';
import { useWords } from '../words/useWords';

const wordsAfterMs = 1_000;
const whyAfterMs = 5_000;

/** The shape of a list that comes; after a second with words, after five with the reason. */
export function Loading({ rows = 3 }: { readonly rows?: number }) {
  const { t } = useWords();
  const [waited, setWaited] = useState<'short' | 'long' | 'very long'>('short');
  useEffect(() => {
    const words = setTimeout(() => setWaited('long'), wordsAfterMs);
    const why = setTimeout(() => setWaited('very long'), whyAfterMs);
    return () => {
      clearTimeout(words);
      clearTimeout(why);
    };
  }, []);
  return (
    <div className="list" aria-busy="true">
      <p role="status" className="muted">
        {waited === 'short' ? '' : t(waited === 'long' ? 'common.loading' : 'common.loadingLong')}
      </p>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="skeleton" />
      ))}
    </div>
  );
}
