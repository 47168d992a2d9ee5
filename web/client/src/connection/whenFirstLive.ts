import type { ConnectionState } from './connectionState.js';

interface Line {
  readonly state: ConnectionState;
  watchState(watcher: () => void): () => void;
}

/**
 * Calls back once the line is live for the first time; not at all where it is already. What was loaded before that has a hole up to
 * then; after it the line tells everything, or a gap.
 */
export function whenFirstLive(line: Line, then: () => void): () => void {
  if (line.state.status === 'live') return () => {};
  const stop = line.watchState(() => {
    if (line.state.status !== 'live') return;
    stop();
    then();
  });
  return stop;
}

/** What is loaded earlier is loaded twice. */
const patienceMs = 1_000;

/** Loads what a line keeps current: when the line is live, and before that once where the line keeps us waiting. */
export function loadWithLine(line: Line, load: () => void): () => void {
  if (line.state.status === 'live') {
    load();
    return () => {};
  }
  const impatience = setTimeout(load, patienceMs);
  const stop = whenFirstLive(line, () => {
    clearTimeout(impatience);
    load();
  });
  return () => {
    clearTimeout(impatience);
    stop();
  };
}
