import type { ReactNode } from 'react';
import { useHighlight } from '../ui/useHighlight';
import classes from './RecordSection.module.css';

/** An item of a list; it stands out for a moment when it comes or changes. `of` is its record: `Condition/12`. */
export function ChartItem({ of, children }: { of: string; children: ReactNode }) {
  const highlighted = useHighlight(of);
  return <li className={`${classes.item} ${highlighted ?? ''}`}>{children}</li>;
}
