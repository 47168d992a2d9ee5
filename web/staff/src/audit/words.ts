import { plainWord } from '../data/fhir/words';

const known: Readonly<Record<string, string>> = {
  read: 'Read',
  vread: 'Read a version of',
  'search-type': 'Searched',
  'history-instance': 'Read the history of',
  create: 'Wrote',
  update: 'Changed',
  delete: 'Deleted',
  refused: 'Refused',
  'sign-in': 'Signed in',
  'sign-out': 'Signed out',
  'session-end': 'Ended a session',
  'account-read': 'Looked at accounts',
  'audit-read': 'Looked at the audit',
  'alert-read': 'Looked at the alerts',
  'notification-read': 'Looked at notifications',
  'thread-read': 'Read a thread',
  'message-read': 'Marked as read',
  'setting-change': 'Changed a setting',
  subscribe: 'Followed events',
  unsubscribe: 'Stopped following',
  replay: 'Was told what was missed',
};

/** The actions that are offered as filters. */
export const offeredActions = Object.keys(known);

export function actionText(action: string): string {
  return known[action] ?? plainWord(action);
}
