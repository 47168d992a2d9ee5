import { forgetPerson, forgetUnlessReturning } from '../data/session/leaving';
import { connection, messaging, session } from '../data/session/session';
import { rememberPerson } from '../data/session/tabPerson';
import { clearFeed } from '../feed/feedStore';
import { notifications } from '../data/live/notificationList';
import { forgetAnnouncements } from '../ui/announcements';
import { forgetOutcomes } from '../ui/outcomes';
import { safeReturnPath } from './returnPath';
import { queryClient } from './queryClient';
import { router } from './router';

/**
 * What one person loaded never shows to the next: signing out or changing person clears everything. What was written and not saved outlives
 * a session that has expired, for the same person alone.
 */
export function followSession(): void {
  let person: string | null = null;
  session.watch(() => {
    const { state } = session;
    if (state.status !== 'unknown') forgetUnlessReturning(state);
    const next = state.status === 'signed_in' ? state.user.id : null;
    if (next === person) return;
    const before = person;
    person = next;
    if (before !== null) forget();
    // An upload goes on after a session that has expired, and tells its author of it.
    else forgetAnnouncements();
    // Signing out leaves the frame, and with it what it followed.
    if (before !== null && next !== null) {
      notifications.forget();
      // The page of the one before is that person's, and its address too.
      void router.navigate({ to: '/', replace: true });
    }
    if (state.status === 'signed_in') {
      connection.retry();
      messaging.retry();
    } else if (before !== null) leave(state.status === 'signed_out' ? state.because : 'nobody');
  });
}

function forget(): void {
  connection.close();
  messaging.close();
  queryClient.clear();
  clearFeed();
  forgetPerson();
  forgetOutcomes();
  forgetAnnouncements();
}

function leave(because: string): void {
  // Who signs out has finished; who is signed out by time comes back to the same page.
  if (because !== 'expired') rememberPerson(null);
  const path = because === 'expired' ? safeReturnPath(router.state.location.href) : '/';
  void router.navigate({ to: '/sign-in', search: path === '/' ? {} : { return: path }, replace: true });
}
