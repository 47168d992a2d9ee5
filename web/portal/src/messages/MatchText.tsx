import type { ReactNode } from 'react';
import classes from './SearchField.module.css';
import type { Match } from './threads';

/** A stretch of a text with the words that were found. */
export function MatchText({ match: { snippet, highlights } }: { readonly match: Match }) {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const { start, length } of highlights) {
    parts.push(snippet.slice(at, start), <mark key={start}>{snippet.slice(start, start + length)}</mark>);
    at = start + length;
  }
  return (
    <span className={classes.match}>
      {parts}
      {snippet.slice(at)}
    </span>
  );
}
