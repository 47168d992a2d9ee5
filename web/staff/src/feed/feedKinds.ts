/** `about`: who may read none of these never gets such an event, so the filter is not offered. */
export const feedKinds = {
  appointments: { text: 'Appointments', prefixes: ['appointment:'], about: ['Appointment'] },
  patients: { text: 'Patients', prefixes: ['patient:', 'encounter:'], about: ['Encounter', 'AllergyIntolerance'] },
  results: { text: 'Results', prefixes: ['lab:', 'radiology:', 'biopsy:'], about: ['DiagnosticReport'] },
  medication: { text: 'Medication', prefixes: ['pharmacy:'], about: ['MedicationRequest'] },
  billing: { text: 'Billing', prefixes: ['claim:', 'payment:', 'prior_auth:'], about: ['Claim'] },
  messages: { text: 'Messages and alerts', prefixes: ['thread:', 'message:', 'note:', 'alert:'], about: [] },
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
