import { patienceMs, type LivePart } from './liveParts';

interface Freshness {
  /** Loads again what the part keeps current. */
  reload: () => void;
  pollMs: number;
  /** Since when the content may be out of date; null when it is current. */
  onChange?: (staleSince: number | null) => void;
  /** False: what is shown was loaded before the part was live for the first time, so it is loaded once more then. */
  loadedWhileLive: boolean;
}

/**
 * Keeps content current where its live source does not: after 5 s without it the content is loaded every so often until the source
 * is back, and then once more.
 */
export function followFreshness(part: LivePart, { reload, pollMs, onChange, loadedWhileLive }: Freshness): () => void {
  let vouched = loadedWhileLive;
  let impatience: ReturnType<typeof setTimeout> | undefined;
  let polling: ReturnType<typeof setInterval> | undefined;

  function becameLive(): void {
    const wasStale = polling !== undefined;
    clearTimeout(impatience);
    clearInterval(polling);
    impatience = polling = undefined;
    if (wasStale) onChange?.(null);
    if (wasStale || !vouched) reload();
    vouched = true;
  }

  function lost(): void {
    const since = Date.now();
    impatience ??= setTimeout(() => {
      onChange?.(since);
      reload();
      polling = setInterval(reload, pollMs);
    }, patienceMs);
  }

  const follow = () => (part.state.status === 'live' ? becameLive() : lost());
  follow();
  const unwatch = part.watchState(follow);
  return () => {
    unwatch();
    clearTimeout(impatience);
    clearInterval(polling);
  };
}
