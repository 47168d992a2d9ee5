import { Button } from '@mantine/core';
import type { Kept } from './useKept';

/** Says that what stands in a form was typed before, so that nobody sends what was meant for another moment. */
export function KeptNote({ wasKept, clear }: Pick<Kept<object>, 'wasKept' | 'clear'>) {
  if (!wasKept) return null;
  return (
    <p role="note" style={{ margin: 0 }}>
      What you typed before is still here.{' '}
      <Button size="compact-xs" variant="default" onClick={clear}>
        Begin anew
      </Button>
    </p>
  );
}
