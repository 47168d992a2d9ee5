import { useEffect, useRef, useState, type CSSProperties, type ReactElement, type ReactNode } from 'react';

export interface UpdateHighlightProps {
  /** What changes when the content has changed: a version, a sequence. */
  readonly updateKey: string | number | null | undefined;
  readonly children?: ReactNode;
  /** `span` inside of text. */
  readonly as?: 'div' | 'span';
  /** How long it takes to fade, in milliseconds. */
  readonly fadeMs?: number;
  /** Changes that come closer together are shown once. */
  readonly debounceMs?: number;
}

/** Tints its content for a moment when it changes. The first content is no change. */
export function UpdateHighlight(props: UpdateHighlightProps): ReactElement {
  const { updateKey, children, as: Element = 'div', fadeMs = 2_500, debounceMs = 300 } = props;
  const shown = useRef(updateKey);
  const [isHighlighted, setHighlighted] = useState(false);
  useEffect(() => {
    if (shown.current === updateKey) return;
    let end: ReturnType<typeof setTimeout> | undefined;
    const begin = setTimeout(() => {
      shown.current = updateKey;
      setHighlighted(true);
      end = setTimeout(() => setHighlighted(false), fadeMs);
    }, debounceMs);
    return () => {
      clearTimeout(begin);
      clearTimeout(end);
    };
  }, [updateKey, fadeMs, debounceMs]);
  const style = { '--vagus-fade': `${fadeMs}ms` } as CSSProperties;
  return (
    <Element className="vagus-highlight" data-highlighted={isHighlighted || undefined} style={style}>
      {children}
    </Element>
  );
}
