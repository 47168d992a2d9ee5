import { viewResource, type Viewer, type ViewMode } from '@vagus/client';
import { useEffect } from 'react';
import { whenPersonLeaves } from '../data/session/leaving';
import { connection } from '../data/session/session';
import { Observable, useObservable } from '../observable';

type ByThread = ReadonlyMap<string, readonly Viewer[]>;

const viewers = new Observable<ByThread>(new Map());

whenPersonLeaves(() => viewers.set(new Map()));

/** Who has which thread open, as far as it was told since the inbox was opened. */
export function useViewersByThread(): ByThread {
  useEffect(() => {
    // Who leaves during an interruption is not told.
    const stop = connection.watchState(() => connection.state.status !== 'live' && viewers.set(new Map()));
    const end = connection.onAny(({ name, payload }) => {
      const told = payload as unknown as { resource?: unknown; viewers?: readonly Viewer[] };
      if (name !== 'presence' || typeof told.resource !== 'string' || !told.resource.startsWith('Thread/')) return;
      keep(told.resource.slice('Thread/'.length), told.viewers ?? []);
    });
    return () => {
      stop();
      end();
    };
  }, []);
  return useObservable(viewers);
}

/** Says that this person has the thread open, or is writing an answer. It ends by itself when the page is gone. */
export function useViewing(threadId: string, mode: ViewMode): void {
  useEffect(() => viewResource(connection, `Thread/${threadId}`, mode, (told) => keep(threadId, told)), [threadId, mode]);
}

/** "Grace Mbeki is replying", "2 colleagues are viewing"; null where nobody else is there. */
export function presenceText(present: readonly Viewer[], me: string, nameOf: (id: string, role: string) => string): string | null {
  const others = present.filter(({ userId }) => userId !== me);
  const writing = others.filter(({ mode }) => mode === 'editing');
  const [told, doing] = writing.length > 0 ? [writing, 'replying'] : [others, 'viewing'];
  const names = [...new Map(told.map((viewer) => [viewer.userId, viewer.name ?? nameOf(viewer.userId, viewer.role)])).values()];
  if (names.length === 0) return null;
  return names.length === 1 ? `${names[0]} is ${doing}` : `${names.length} colleagues are ${doing}`;
}

function keep(threadId: string, present: readonly Viewer[]): void {
  const next = new Map(viewers.value);
  if (present.length === 0) next.delete(threadId);
  else next.set(threadId, present);
  viewers.set(next);
}
