import { useId, type ReactNode } from 'react';
import classes from './RecordSection.module.css';

interface ChartSectionProps {
  title: string;
  count?: number | undefined;
  /** There are more than the chart holds. */
  hasMore?: boolean;
  /** What it means that there are none. */
  none: string;
  children: ReactNode[];
}

/** A part of the chart: its title with the number, and a list. */
export function ChartSection({ title, count, hasMore = false, none, children }: ChartSectionProps) {
  const heading = useId();
  const shown = count ?? children.length;
  return (
    <section className={classes.section} aria-labelledby={heading}>
      <h2 id={heading} className={classes.title}>
        {title}
        {shown > 0 && <span className={classes.count}>{hasMore ? `${shown}+` : shown}</span>}
      </h2>
      {children.length === 0 && <p className={classes.none}>{none}</p>}
      {children.length > 0 && <ul className={classes.list}>{children}</ul>}
    </section>
  );
}
