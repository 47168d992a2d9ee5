import type { LiveConnection } from './liveConnection.js';

export type ViewMode = 'viewing' | 'editing';

export interface Viewer {
  readonly userId: string;
  readonly role: string;
  /** Where the server tells it. */
  readonly name?: string;
  readonly mode: ViewMode;
  readonly since: string;
}

/** What is refused is said again: the first time after so long, then after twice as long each time. */
const firstRepeatMs = 1_000;
const longestRepeatMs = 60_000;

interface ViewAnswer {
  readonly leaseSeconds: number;
  readonly viewers: readonly Viewer[];
}

/**
 * Says that this person views or edits a resource (`Appointment/12`) until the returned function is called, and tells who else does. The
 * server's lease is renewed at half its time, and taken again after an interruption. What is refused, for too much at once or because the
 * resource is not known yet, is said again.
 */
export function viewResource(
  connection: LiveConnection,
  resource: string,
  mode: ViewMode,
  onViewers: (viewers: readonly Viewer[]) => void,
): () => void {
  let ended = false;
  let views = false;
  let refusals = 0;
  let renewal: ReturnType<typeof setTimeout> | undefined;

  async function view(): Promise<void> {
    clearTimeout(renewal);
    const answer = await connection.request<ViewAnswer>('view', { resource, mode });
    // Without a line the next one says it.
    if (ended || !views) return;
    clearTimeout(renewal);
    if (answer.ok) onViewers(answer.viewers);
    refusals = answer.ok ? 0 : refusals + 1;
    renewal = setTimeout(() => void view(), answer.ok ? answer.leaseSeconds * 500 : repeatAfter(refusals));
  }

  function follow(): void {
    const isLive = connection.state.status === 'live';
    const begins = isLive && !views;
    if (!isLive) clearTimeout(renewal);
    // Who leaves meanwhile is not told: nobody is shown until the server says again who is there.
    if (!isLive && views) onViewers([]);
    views = isLive;
    if (begins) void view();
  }

  const stopListening = connection.onAny(({ name, payload }) => {
    const told = payload as unknown as { resource?: unknown; viewers?: readonly Viewer[] };
    if (name === 'presence' && told.resource === resource && told.viewers) onViewers(told.viewers);
  });
  const stopWatching = connection.watchState(follow);
  follow();
  return () => {
    if (ended) return;
    ended = true;
    clearTimeout(renewal);
    stopWatching();
    if (views) void connection.request('view', { resource, mode: null });
    stopListening();
  };
}

function repeatAfter(refusals: number): number {
  return Math.min(longestRepeatMs, firstRepeatMs * 2 ** (refusals - 1));
}
