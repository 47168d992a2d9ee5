import { useChange } from './changes';
import classes from './highlight.module.css';

/** The class that makes a new or changed thing stand out and fade. */
export function useHighlight(key: string): string | undefined {
  const change = useChange(key);
  return change && classes[change];
}
