import { BrowserSession, type SessionState } from '@vagus/client';
import { CriticalAlertBar, RealtimeIndicator, RealTimeNotifications, VagusProvider } from '@vagus/react';
import { useEffect, useSyncExternalStore } from 'react';
import { Board } from './Board';
import { Messages } from './Messages';
import { SignIn } from './SignIn';
import { today } from './today';
import { Waiting } from './Waiting';

// Made once, outside of components: they come and go, the session stays.
const session = new BrowserSession();

function useSession(): SessionState {
  useEffect(() => void session.restore().catch(() => undefined), []);
  return useSyncExternalStore(
    (watcher) => session.watch(watcher),
    () => session.state,
  );
}

export function App() {
  const state = useSession();
  if (state.status !== 'signed_in') return <SignIn session={session} />;
  return (
    <VagusProvider session={session}>
      <CriticalAlertBar />
      <header>
        <h1>Today</h1>
        <RealtimeIndicator />
        <RealTimeNotifications />
        <button onClick={() => void session.signOut()}>Sign out</button>
      </header>
      <Board />
      <Waiting date={today} />
      <Messages />
    </VagusProvider>
  );
}
