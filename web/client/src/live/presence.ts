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

interface ViewAnswer {
  readonly leaseSeconds: number;
  readonly viewers: readonly Viewer[];
}

/**
 * Says that this person views or edits a resource (`Appointment/12`) until the returned function is called, and tells who else does. The
 * server's lease is renewed at half its time, and taken again after an interruption.
 */
export function viewResource(
  connection: LiveConnection,
  resource: string,
  mode: ViewMode,
  onViewers: (viewers: readonly Viewer[]) => void,
): () => void {
  let ended = false;
  let views = false;
  let renewal: ReturnType<typeof setTimeout> | undefined;

  async function view(): Promise<void> {
    clearTimeout(renewal);
    const answer = await connection.request<ViewAnswer>('view', { resource, mode });
    if (ended || !answer.ok) return;
    onViewers(answer.viewers);
    clearTimeout(renewal);
    renewal = setTimeout(() => void view(), answer.leaseSeconds * 500);
  }

  function follow(): void {
    const isLive = connection.state.status === 'live';
    if (isLive && !views) void view();
    if (!isLive) clearTimeout(renewal);
    // Who leaves meanwhile is not told: nobody is shown until the server says again who is there.
    if (!isLive && views) onViewers([]);
    views = isLive;
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
