import type { Portal } from '../data/portal';
import { pathToReturnTo } from '../sign-in/returnPath';
import type { makeRouter } from './router';

/**
 * Who is signed out by time comes back to the same page and finds the typed text there. What one person loaded or typed never shows to
 * another: it is forgotten with the first sign-in of somebody else, and at once with a sign-out that was asked for.
 */
export function followSession(portal: Portal, router: ReturnType<typeof makeRouter>): void {
  let person: string | null = null;
  let last: string | null = null;
  portal.session.watch(() => {
    const { state } = portal.session;
    const next = state.status === 'signed_in' ? state.user.id : null;
    if (next === person) return;
    const before = person;
    person = next;
    portal.announced.set('');
    if (state.status === 'signed_in') {
      if (last !== null && last !== next) forget(portal);
      last = next;
      portal.lastEmail = state.user.email;
      portal.drafts.saveAll();
    } else if (before !== null) {
      const hasExpired = state.status === 'signed_out' && state.because === 'expired';
      portal.queries.clear();
      if (!hasExpired) forget(portal);
      leave(router, hasExpired);
    }
  });
}

function forget(portal: Portal): void {
  portal.queries.clear();
  portal.drafts.forget();
  portal.opened.clear();
  portal.actingFor.set(null);
  portal.searched.set('');
  portal.lastEmail = '';
}

function leave(router: ReturnType<typeof makeRouter>, comesBack: boolean): void {
  const path = comesBack ? pathToReturnTo(router.state.location.pathname) : '/';
  void router.navigate({ to: '/sign-in', search: path === '/' ? {} : { return: path }, replace: true });
}
