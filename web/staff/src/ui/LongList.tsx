import { useEffect, useRef, useState, type CSSProperties, type ReactNode } from 'react';
import { flushSync } from 'react-dom';

interface LongListProps<T> {
  items: readonly T[];
  keyOf: (item: T) => string;
  label: string;
  className?: string | undefined;
  itemClassName?: string | undefined;
  /** The usual height of an item in px, until it was on the screen once. */
  itemHeight: number;
  children: (item: T) => ReactNode;
}

const perChunk = 40;
/** So far beyond the screen items are there already. */
const margin = '800px';

/**
 * A list of any length: only what is near the screen is in the page, in chunks that keep the height that they had. A chunk with the
 * focus stays. Each item says its place in the whole list.
 */
export function LongList<T>({ items, keyOf, label, className, itemClassName, itemHeight, children }: LongListProps<T>) {
  const count = Math.ceil(items.length / perChunk);
  const chunks = Array.from({ length: count }, (_, index) => items.slice(index * perChunk, (index + 1) * perChunk));
  return (
    <div role="list" className={className} aria-label={label}>
      {chunks.map((chunk, index) => (
        <Chunk key={index} estimate={chunk.length * itemHeight} isFirst={index === 0}>
          {chunk.map((item, place) => (
            <div
              role="listitem"
              key={keyOf(item)}
              className={itemClassName}
              aria-setsize={items.length}
              aria-posinset={index * perChunk + place + 1}
            >
              {children(item)}
            </div>
          ))}
        </Chunk>
      ))}
    </div>
  );
}

function Chunk({ estimate, isFirst, children }: { estimate: number; isFirst: boolean; children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  const [{ isNear, height }, set] = useState({ isNear: isFirst || typeof IntersectionObserver === 'undefined', height: estimate });
  useEffect(() => {
    const element = place.current;
    if (!element || typeof IntersectionObserver === 'undefined') return undefined;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (!entry) return;
        const { isIntersecting, boundingClientRect } = entry;
        set((was) => ({
          isNear: isIntersecting || element.contains(document.activeElement),
          height: was.isNear ? boundingClientRect.height : was.height,
        }));
      },
      { rootMargin: margin },
    );
    observer.observe(element);
    // On paper everything is there.
    const print = () => flushSync(() => set((was) => ({ ...was, isNear: true })));
    window.addEventListener('beforeprint', print);
    return () => {
      observer.disconnect();
      window.removeEventListener('beforeprint', print);
    };
  }, []);
  const style: CSSProperties | undefined = isNear ? undefined : { height };
  return (
    <div ref={place} role="presentation" style={style}>
      {isNear && children}
    </div>
  );
}
