export const feedKinds = {
  appointments: { text: 'Appointments', prefixes: ['appointment:'] },
  patients: { text: 'Patients', prefixes: ['patient:', 'encounter:'] },
  results: { text: 'Results', prefixes: ['lab:', 'radiology:', 'biopsy:'] },
  medication: { text: 'Medication', prefixes: ['pharmacy:'] },
  billing: { text: 'Billing', prefixes: ['claim:', 'payment:', 'prior_auth:'] },
  messages: { text: 'Messages and alerts', prefixes: ['thread:', 'message:', 'note:', 'alert:'] },
} as const;

export type FeedKind = keyof typeof feedKinds;

export function isFeedKind(kind: unknown): kind is FeedKind {
  return typeof kind === 'string' && Object.hasOwn(feedKinds, kind);
}

export function kindOf(eventName: string): FeedKind | null {
  for (const [kind, { prefixes }] of Object.entries(feedKinds)) {
    if (prefixes.some((prefix) => eventName.startsWith(prefix))) return kind as FeedKind;
  }
  return null;
}
