import type { ResourceWatch } from '@vagus/client';

/** StrictMode and quick navigation mount twice in a row; opening waits that long. */
const settleMs = 20;

/** Opens what a screen watches once the screen stays. The answer calls it off. */
export function openSettled(watch: ResourceWatch): () => void {
  const opening = setTimeout(() => watch.open(), settleMs);
  return () => clearTimeout(opening);
}
