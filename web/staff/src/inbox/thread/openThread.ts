import { queryOptions, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { heldBeginnings, heldMessages, readThread } from '../threadRequests';
import { withNewest, withOlder, type OpenThread } from './entries';

export const threadKey = (id: string) => ['inbox', 'thread', id] as const;

export function threadQuery(queries: QueryClient, id: string) {
  return queryOptions({
    queryKey: threadKey(id),
    queryFn: async (): Promise<OpenThread> => {
      const page = await readThread(id);
      return withNewest(queries.getQueryData<OpenThread>(threadKey(id)), page);
    },
  });
}

export function heldQuery(threadId: string) {
  return queryOptions({ queryKey: ['inbox', 'held', threadId], queryFn: () => heldMessages(threadId) });
}

/** Of every thread that one's own messages wait to begin. */
export const heldBeginningsQuery = queryOptions({ queryKey: ['inbox', 'held', 'beginnings'], queryFn: heldBeginnings });

/** Changes what is loaded of an open thread; of one that is not open there is nothing to change. */
export function updateThread(queries: QueryClient, id: string, change: (known: OpenThread) => OpenThread): void {
  queries.setQueryData<OpenThread>(threadKey(id), (known) => known && change(known));
}

/** Loads what was written before. */
export function useOlder(id: string): { load: () => void; isLoading: boolean; error: Error | null } {
  const queries = useQueryClient();
  const [state, setState] = useState<{ isLoading: boolean; error: Error | null }>({ isLoading: false, error: null });
  const load = useCallback(() => {
    const older = queries.getQueryData<OpenThread>(threadKey(id))?.older;
    if (!older) return;
    setState({ isLoading: true, error: null });
    void readOlder(queries, id, older).then((error) => setState({ isLoading: false, error }));
  }, [queries, id]);
  return { load, ...state };
}

async function readOlder(queries: QueryClient, id: string, older: string): Promise<Error | null> {
  try {
    const page = await readThread(id, older);
    updateThread(queries, id, (known) => withOlder(known, page));
    return null;
  } catch (error) {
    return error as Error;
  }
}
