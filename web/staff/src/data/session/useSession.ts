import { useSyncExternalStore } from 'react';
import type { SessionState, SignedInUser } from '@vagus/client';
import { session } from './session';

const watch = (watcher: () => void) => session.watch(watcher);
const current = () => session.state;

export function useSession(): SessionState {
  return useSyncExternalStore(watch, current);
}

/** Null for the moment between signing out and leaving the page. */
export function useSignedInUser(): SignedInUser | null {
  const state = useSession();
  return state.status === 'signed_in' ? state.user : null;
}
