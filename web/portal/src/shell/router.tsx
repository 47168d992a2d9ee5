import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import type { Portal } from '../data/portal';
import { ForgotPasswordPage } from '../sign-in/ForgotPasswordPage';
import { SignInPage } from '../sign-in/SignInPage';
import { pathToReturnTo } from '../sign-in/returnPath';
import { ErrorPage, NotFoundPage } from './StrayPages';

interface RouterContext {
  readonly portal: Portal;
}

const root = createRootRouteWithContext<RouterContext>()({ component: Outlet });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: SignInPage,
  validateSearch: (search: Record<string, unknown>): { return?: string } => {
    const path = pathToReturnTo(search['return']);
    return path === '/' ? {} : { return: path };
  },
  beforeLoad: async ({ search, context }) => {
    const state = await context.portal.session.restore();
    if (state.status === 'signed_in') throw redirect({ to: search.return ?? '/', replace: true });
  },
});

const forgotPassword = createRoute({ getParentRoute: () => root, path: '/forgot-password', component: ForgotPasswordPage });
const activate = createRoute({
  getParentRoute: () => root,
  path: '/activate',
  component: lazyRouteComponent(() => import('../sign-in/ActivatePage'), 'ActivatePage'),
});
const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset-password',
  component: lazyRouteComponent(() => import('../sign-in/ResetPasswordPage'), 'ResetPasswordPage'),
});
const verifyEmail = createRoute({
  getParentRoute: () => root,
  path: '/verify-email',
  component: lazyRouteComponent(() => import('../sign-in/VerifyEmailPage'), 'VerifyEmailPage'),
});

/** Every page below needs a signed-in person; others come back to it after signing in. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: lazyRouteComponent(() => import('./SignedInFrame'), 'SignedInFrame'),
  beforeLoad: async ({ location, context }) => {
    const state = await context.portal.session.restore();
    if (state.status === 'signed_in') return;
    const path = pathToReturnTo(location.pathname);
    throw redirect({ to: '/sign-in', search: path === '/' ? {} : { return: path }, replace: true });
  },
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/messages', replace: true });
  },
});
const threads = createRoute({
  getParentRoute: () => signedIn,
  path: '/messages',
  component: lazyRouteComponent(() => import('../messages/ThreadListPage'), 'ThreadListPage'),
});
const newThread = createRoute({
  getParentRoute: () => signedIn,
  path: '/messages/new',
  component: lazyRouteComponent(() => import('../messages/NewThreadPage'), 'NewThreadPage'),
  validateSearch: (search: Record<string, unknown>): { about?: 'appointment' | 'result' } =>
    search['about'] === 'appointment' || search['about'] === 'result' ? { about: search['about'] } : {},
});
const thread = createRoute({
  getParentRoute: () => signedIn,
  path: '/messages/$threadId',
  component: lazyRouteComponent(() => import('../messages/ThreadPage'), 'ThreadPage'),
});
const results = createRoute({
  getParentRoute: () => signedIn,
  path: '/results',
  component: lazyRouteComponent(() => import('../results/ResultListPage'), 'ResultListPage'),
});
const result = createRoute({
  getParentRoute: () => signedIn,
  path: '/results/$resultId',
  component: lazyRouteComponent(() => import('../results/ResultPage'), 'ResultPage'),
});
const appointments = createRoute({
  getParentRoute: () => signedIn,
  path: '/appointments',
  component: lazyRouteComponent(() => import('../appointments/AppointmentsPage'), 'AppointmentsPage'),
});
const more = createRoute({
  getParentRoute: () => signedIn,
  path: '/more',
  component: lazyRouteComponent(() => import('../more/MorePage'), 'MorePage'),
});
const people = createRoute({
  getParentRoute: () => signedIn,
  path: '/more/people',
  component: lazyRouteComponent(() => import('../more/PeoplePage'), 'PeoplePage'),
});
const apps = createRoute({
  getParentRoute: () => signedIn,
  path: '/more/apps',
  component: lazyRouteComponent(() => import('../more/AppsPage'), 'AppsPage'),
});
const preferences = createRoute({
  getParentRoute: () => signedIn,
  path: '/more/preferences',
  component: lazyRouteComponent(() => import('../more/PreferencesPage'), 'PreferencesPage'),
});
const devices = createRoute({
  getParentRoute: () => signedIn,
  path: '/more/devices',
  component: lazyRouteComponent(() => import('../more/DevicesPage'), 'DevicesPage'),
});
const password = createRoute({
  getParentRoute: () => signedIn,
  path: '/more/password',
  component: lazyRouteComponent(() => import('../more/PasswordPage'), 'PasswordPage'),
});
const secondStep = createRoute({
  getParentRoute: () => signedIn,
  path: '/more/second-step',
  component: lazyRouteComponent(() => import('../more/SecondStepPage'), 'SecondStepPage'),
});
const nothingElse = createRoute({ getParentRoute: () => signedIn, path: '$', component: NotFoundPage });

const places = [home, threads, newThread, thread, results, result, appointments, more];
const inside = [...places, people, apps, preferences, devices, password, secondStep, nothingElse];
const routeTree = root.addChildren([signIn, forgotPassword, activate, resetPassword, verifyEmail, signedIn.addChildren(inside)]);

export function makeRouter(portal: Portal) {
  return createRouter({
    routeTree,
    basepath: '/portal',
    context: { portal },
    defaultPreload: 'intent',
    defaultErrorComponent: ErrorPage,
    defaultNotFoundComponent: NotFoundPage,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
