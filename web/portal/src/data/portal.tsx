import { QueryClient } from '@tanstack/react-query';
import { BrowserSession, DevicePush, Observable, Problem, type SessionState } from '@vagus/client';
import { createContext, useContext, useSyncExternalStore } from 'react';
import { LanguageChoice } from '../words/languageChoice';
import { NoAnswer } from './ask';
import { DraftShelf } from './draftShelf';

export const authPath = '/api/patient-portal/auth';

/** What one open portal holds, made once outside of components. Two of them can live side by side, as in tests. */
export class Portal {
  readonly session = new BrowserSession({ path: authPath });
  readonly language = new LanguageChoice(navigator.languages);
  readonly drafts = new DraftShelf(this.session);
  readonly push = new DevicePush({ session: this.session, scope: '/portal/', note: 'vagus.portal-push' });
  /** The record of the dependant for whom the person acts in this tab; null: for the own one. */
  readonly actingFor = new Observable<string | null>(null);
  /** What was last said to screen readers; it may name a person or a file, so it ends with the session. */
  readonly announced = new Observable('');
  /** How many conversations have something unread; told by the title of the tab and the icon of the installed portal. */
  readonly unread = new Observable(0);
  /** Results that were opened in this tab. */
  readonly opened = new Set<string>();
  /** The last position of the log that the live line told of: a list of the chart has to have reached it. */
  told = 0;
  /** The words that were searched for last: there again after a look at a conversation, and never in an address. */
  readonly searched = new Observable('');
  readonly mayHelpAgain = mayHelpAgain;
  /** Filled in when the session has ended, so that only the password is asked for. */
  lastEmail = '';
  readonly queries = new QueryClient({
    defaultOptions: {
      // Asked at once, also where the browser says that it is offline: what waits in secret looks like loading for ever.
      queries: { networkMode: 'always', refetchOnReconnect: false, refetchOnWindowFocus: false, retry: mayHelpAgain },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}

/** A refusal is an answer: asking again changes nothing. Without a network it changes nothing either. */
function mayHelpAgain(failures: number, error: Error): boolean {
  if (error instanceof NoAnswer && error.isOffline) return false;
  return failures < 2 && !(error instanceof Problem && error.status < 500);
}

const Context = createContext<Portal | null>(null);

export const PortalProvider = Context.Provider;

export function usePortal(): Portal {
  const portal = useContext(Context);
  if (!portal) throw new Error('There is no PortalProvider above this component.');
  return portal;
}

export function useSession(): SessionState {
  const { session } = usePortal();
  return useSyncExternalStore(
    (watcher) => session.watch(watcher),
    () => session.state,
  );
}

export function useObservable<T>(observable: Observable<T>): T {
  return useSyncExternalStore(observable.watch, () => observable.value);
}
