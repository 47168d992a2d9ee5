import { Problem } from '@vagus/client';
import { useEffect } from 'react';
import { unlessPersonReturns } from '../../data/session/leaving';
import { connection } from '../../data/session/session';
import { outboxOpened } from '../../data/session/useOutbox';
import { useObservable } from '../../observable';
import { askRegardless } from '../ask';
import type { Draft } from '../messages';
import { isWaiting } from '../outgoing';
import { threadAt } from '../threadRequests';
import { DraftChanged, DraftKeeper, type DraftState } from './draftKeeper';

export type DraftKind = 'draft' | 'note-draft';

const keepers = new Map<string, DraftKeeper>();

/** One keeper for each thread and kind: a text cannot turn up in another thread, nor a note among the messages. */
export function draftOf(threadId: string, kind: DraftKind): DraftKeeper {
  const key = `${kind} ${threadId}`;
  const known = keepers.get(key);
  if (known) return known;
  const made = new DraftKeeper(storageOf(threadId, kind));
  keepers.set(key, made);
  return made;
}

/** What one person wrote is neither shown to the next nor saved in the next one's name. */
export function forgetDrafts(): void {
  for (const keeper of keepers.values()) keeper.end();
  keepers.clear();
}

unlessPersonReturns(forgetDrafts);

/** The draft while it is on screen: saved when the page is left, and again when the connection is back. */
export function useDraft(keeper: DraftKeeper): DraftState {
  useEffect(() => {
    void keeper.open();
    const leave = () => document.visibilityState === 'hidden' && void keeper.flush();
    document.addEventListener('visibilitychange', leave);
    const unwatch = connection.watchState(() => connection.state.status === 'live' && void keeper.flush());
    return () => {
      document.removeEventListener('visibilitychange', leave);
      unwatch();
      void keeper.flush();
    };
  }, [keeper]);
  return useObservable(keeper.observable);
}

function storageOf(threadId: string, kind: DraftKind) {
  const address = `${threadAt(threadId)}/${kind}`;
  return {
    load: async () => {
      const draft = await askRegardless<Draft>('GET', address);
      await outboxOpened();
      // It waits on this device to be sent: the server removes the draft with the message.
      return isWaiting(threadId, kind === 'draft' ? 'reply' : 'note', draft.content) ? { ...draft, content: '' } : draft;
    },
    save: (content: string, version: number) => askRegardless<Draft>('PUT', address, { content, version }).catch(told),
    remove: (version: number) => askRegardless<unknown>('DELETE', `${address}?version=${version}`).catch(told),
  };
}

export function told(error: unknown): never {
  throw error instanceof Problem && error.code === 'stale_version' ? new DraftChanged() : error;
}
