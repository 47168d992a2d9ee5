import { lazyRouteComponent } from '@tanstack/react-router';
import { loadPage } from './newVersion';

const load = {
  signIn: () => import('../sign-in/SignInPage'),
  forgotPassword: () => import('../sign-in/ForgotPasswordPage'),
  resetPassword: () => import('../sign-in/ResetPasswordPage'),
  schedule: () => import('../schedule/SchedulePage'),
  inbox: () => import('../inbox/InboxPage'),
  patients: () => import('../patients/PatientListPage'),
  patient: () => import('../chart/ChartPage'),
  alerts: () => import('../alert-worklist/AlertsPage'),
  onCall: () => import('../on-call/OnCallPage'),
  notifications: () => import('../notifications/NotificationsPage'),
  results: () => import('../results/ResultsPage'),
  billing: () => import('../billing/BillingPage'),
  audit: () => import('../audit/AuditPage'),
  settings: () => import('../settings/SettingsPage'),
  preferences: () => import('../preferences/PreferencesPage'),
  secondStep: () => import('../second-step/SecondStepPage'),
  feed: () => import('../feed/LiveFeedPage'),
  userMenu: () => import('./UserMenu'),
  palette: () => import('./Palette'),
  bell: () => import('../notifications/NotificationBell'),
};

export const pages = {
  signIn: lazyRouteComponent(() => loadPage(load.signIn), 'SignInPage'),
  forgotPassword: lazyRouteComponent(() => loadPage(load.forgotPassword), 'ForgotPasswordPage'),
  resetPassword: lazyRouteComponent(() => loadPage(load.resetPassword), 'ResetPasswordPage'),
  schedule: lazyRouteComponent(() => loadPage(load.schedule), 'SchedulePage'),
  inbox: lazyRouteComponent(() => loadPage(load.inbox), 'InboxPage'),
  patients: lazyRouteComponent(() => loadPage(load.patients), 'PatientListPage'),
  patient: lazyRouteComponent(() => loadPage(load.patient), 'ChartPage'),
  alerts: lazyRouteComponent(() => loadPage(load.alerts), 'AlertsPage'),
  onCall: lazyRouteComponent(() => loadPage(load.onCall), 'OnCallPage'),
  notifications: lazyRouteComponent(() => loadPage(load.notifications), 'NotificationsPage'),
  results: lazyRouteComponent(() => loadPage(load.results), 'ResultsPage'),
  billing: lazyRouteComponent(() => loadPage(load.billing), 'BillingPage'),
  audit: lazyRouteComponent(() => loadPage(load.audit), 'AuditPage'),
  settings: lazyRouteComponent(() => loadPage(load.settings), 'SettingsPage'),
  preferences: lazyRouteComponent(() => loadPage(load.preferences), 'PreferencesPage'),
  secondStep: lazyRouteComponent(() => loadPage(load.secondStep), 'SecondStepPage'),
  feed: lazyRouteComponent(() => loadPage(load.feed), 'LiveFeedPage'),
};

/** Menus are a fifth of all code, and the first screen is there without them. */
export const UserMenu = lazyRouteComponent(() => loadPage(load.userMenu), 'UserMenu');
export const Palette = lazyRouteComponent(() => loadPage(load.palette), 'Palette');
export const NotificationBell = lazyRouteComponent(() => loadPage(load.bell), 'NotificationBell');

/**
 * A style sheet that failed stays in the document and would pass for loaded the next time: the page would come without its styles.
 */
export function dropFailedStyles(): void {
  document.addEventListener('error', drop, { capture: true });
}

function drop({ target }: Event): void {
  if (target instanceof HTMLLinkElement && target.rel === 'stylesheet') target.remove();
}

/** So that no page depends on the server's files any more once the app is open. What fails here is told when the page is opened. */
export function loadAllPages(): void {
  for (const one of Object.values(load)) one().catch(() => undefined);
}
