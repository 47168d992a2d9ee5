import {
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { readAuditSearch } from '../audit/auditSearch';
import { readBillingSearch } from '../billing/billingSearch';
import { chartSearch } from '../chart/chartSearch';
import { isId } from '../data/ids';
import { meQuery } from '../data/session/permissions';
import { session } from '../data/session/session';
import { isTabOf, rememberPerson } from '../data/session/tabPerson';
import { isFeedKind, type FeedKind } from '../feed/feedKinds';
import { readInboxSearch } from '../inbox/queues/queues';
import { readResultsSearch } from '../results/resultsSearch';
import { isDay } from '../time/days';
import { readScheduleSearch } from '../schedule/scheduleSearch';
import { Announcer } from '../ui/Announcer';
import { readSettingsSearch } from '../settings/settingsSearch';
import { safeReturnPath } from './returnPath';
import { AppFrame } from './AppFrame';
import { pages } from './pages';
import { homeOf } from './places';
import { queryClient } from './queryClient';
import { BareErrorPage, ErrorPage, NotFoundPage } from './StrayPages';

const root = createRootRoute({
  component: () => (
    <>
      <Outlet />
      <Announcer />
    </>
  ),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: pages.signIn,
  errorComponent: BareErrorPage,
  validateSearch: (search: Record<string, unknown>): { return?: string } => {
    const path = safeReturnPath(search['return']);
    return path === '/' ? {} : { return: path };
  },
  beforeLoad: async ({ search }) => {
    const state = await session.restore();
    if (state.status !== 'signed_in') return;
    throw redirect({ href: isTabOf(state.user.id) ? (search.return ?? '/') : '/', replace: true });
  },
});

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: '/forgot-password',
  component: pages.forgotPassword,
  errorComponent: BareErrorPage,
});

/** Where mails lead, and who was invited. */
const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset-password',
  component: pages.resetPassword,
  errorComponent: BareErrorPage,
});

/** Every page below needs a signed-in person; others come back to it after signing in. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: AppFrame,
  errorComponent: BareErrorPage,
  beforeLoad: async ({ location }) => {
    const state = await session.restore();
    const path = safeReturnPath(location.href);
    if (state.status === 'signed_in') {
      const isOthers = !isTabOf(state.user.id);
      rememberPerson(state.user.id);
      if (isOthers && path !== '/') throw redirect({ to: '/', replace: true });
      return { me: await queryClient.ensureQueryData(meQuery) };
    }
    throw redirect({ to: '/sign-in', search: path === '/' ? {} : { return: path }, replace: true });
  },
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: ({ context }) => {
    throw redirect({ to: homeOf(context.me.permissions), replace: true });
  },
});

const schedule = createRoute({
  getParentRoute: () => signedIn,
  path: '/schedule',
  component: pages.schedule,
  validateSearch: readScheduleSearch,
});

const inbox = createRoute({
  getParentRoute: () => signedIn,
  path: '/inbox',
  component: pages.inbox,
  validateSearch: readInboxSearch,
});

/** Where notifications about one thread lead. */
const inboxThread = createRoute({
  getParentRoute: () => signedIn,
  path: '/inbox/$threadId',
  beforeLoad: ({ params: { threadId } }) => {
    throw redirect({ to: '/inbox', search: { thread: threadId }, replace: true });
  },
});

const patients = createRoute({
  getParentRoute: () => signedIn,
  path: '/patients',
  component: pages.patients,
  validateSearch: (search: Record<string, unknown>): { register?: true } => (search['register'] === true ? { register: true } : {}),
});

const patient = createRoute({
  getParentRoute: () => signedIn,
  path: '/patients/$patientId',
  component: pages.patient,
  validateSearch: chartSearch,
});

/** Where notifications about one result lead. */
const labResult = createRoute({
  getParentRoute: () => signedIn,
  path: '/patients/$patientId/labs/$reportId',
  beforeLoad: ({ params: { patientId, reportId } }) => {
    throw redirect({ to: '/patients/$patientId', params: { patientId }, search: { view: 'results', open: reportId }, replace: true });
  },
});

const imagingReport = createRoute({
  getParentRoute: () => signedIn,
  path: '/patients/$patientId/imaging/$reportId',
  beforeLoad: ({ params: { patientId, reportId } }) => {
    throw redirect({ to: '/patients/$patientId', params: { patientId }, search: { view: 'imaging', open: reportId }, replace: true });
  },
});

const alerts = createRoute({
  getParentRoute: () => signedIn,
  path: '/alerts',
  component: pages.alerts,
  validateSearch: (search: Record<string, unknown>): { show?: 'mine' | 'settled'; open?: string } => ({
    ...(search['show'] === 'mine' || search['show'] === 'settled' ? { show: search['show'] } : {}),
    ...(isId(search['open']) ? { open: search['open'] } : {}),
  }),
});

const onCall = createRoute({
  getParentRoute: () => signedIn,
  path: '/alerts/on-call',
  component: pages.onCall,
  validateSearch: (search: Record<string, unknown>): { week?: string } => (isDay(search['week']) ? { week: search['week'] } : {}),
});

const results = createRoute({
  getParentRoute: () => signedIn,
  path: '/results',
  component: pages.results,
  validateSearch: readResultsSearch,
});

const billing = createRoute({
  getParentRoute: () => signedIn,
  path: '/billing',
  component: pages.billing,
  validateSearch: readBillingSearch,
});

const audit = createRoute({
  getParentRoute: () => signedIn,
  path: '/audit',
  component: pages.audit,
  validateSearch: readAuditSearch,
});

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  component: pages.settings,
  validateSearch: readSettingsSearch,
});

const notifications = createRoute({
  getParentRoute: () => signedIn,
  path: '/notifications',
  component: pages.notifications,
  validateSearch: (search: Record<string, unknown>): { unread?: true } => (search['unread'] === true ? { unread: true } : {}),
});

const preferences = createRoute({
  getParentRoute: () => signedIn,
  path: '/preferences',
  component: pages.preferences,
});

const secondStep = createRoute({
  getParentRoute: () => signedIn,
  path: '/preferences/second-step',
  component: pages.secondStep,
});

const feed = createRoute({
  getParentRoute: () => signedIn,
  path: '/feed',
  component: pages.feed,
  validateSearch: (search: Record<string, unknown>): { kind?: FeedKind } =>
    isFeedKind(search['kind']) ? { kind: search['kind'] } : {},
});

const nothingElse = createRoute({
  getParentRoute: () => signedIn,
  path: '$',
  component: NotFoundPage,
});

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    forgotPassword,
    resetPassword,
    signedIn.addChildren([
      home, schedule, inbox, inboxThread, patients, patient, labResult, imagingReport, results, billing, alerts, onCall,
      notifications, preferences, secondStep, audit, settings, feed, nothingElse,
    ]),
  ]),
  defaultPreload: 'intent',
  defaultErrorComponent: ErrorPage,
  defaultNotFoundComponent: NotFoundPage,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
