import type { ReactNode } from 'react';
import classes from './Settings.module.css';

interface ScrollingTableProps {
  label: string;
  heads: readonly string[];
  children: ReactNode;
}

/** A table that scrolls sideways by itself where the screen is narrow. */
export function ScrollingTable({ label, heads, children }: ScrollingTableProps) {
  return (
    // A region that scrolls must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes.scroller} role="region" aria-label={label} tabIndex={0}>
      <table className={classes.table}>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
