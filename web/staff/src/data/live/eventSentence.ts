import { eventCatalogue, type AnyEvent, type SocketEventName } from '@vagus/client';
import { dateAndTime } from '../../time/words';

export type Weight = 'usual' | 'critical';

export interface EventSentence {
  readonly text: string;
  readonly weight: Weight;
}

/** What each event means, in the clinic's words. */
const known: Record<SocketEventName, string> = {
  'patient:created': 'New patient registered',
  'patient:updated': 'Patient details changed',
  'patient:allergy_added': 'Allergy added',
  'patient:allergy_removed': 'Allergy removed',
  'patient:insurance_verified': 'Insurance verified',
  'patient:balance_changed': 'Balance changed',
  'appointment:created': 'Appointment booked',
  'appointment:updated': 'Appointment changed',
  'appointment:cancelled': 'Appointment cancelled',
  'appointment:checkedin': 'Patient checked in',
  'encounter:created': 'Visit started',
  'encounter:updated': 'Visit updated',
  'encounter:completed': 'Visit completed',
  'encounter:signed': 'Visit signed',
  'encounter:vitals_recorded': 'Vital signs recorded',
  'lab:order_created': 'Lab test ordered',
  'lab:result_available': 'Lab result available',
  'lab:critical_alert': 'Critical lab result',
  'lab:critical_corrected': 'Critical lab result corrected',
  'lab:result_viewed': 'Result viewed',
  'radiology:order_created': 'Imaging ordered',
  'radiology:image_uploaded': 'Image stored',
  'radiology:study_complete': 'Imaging study complete',
  'radiology:report_finalized': 'Imaging report final',
  'radiology:critical_alert': 'Critical imaging finding',
  'pharmacy:medication_prescribed': 'Medication prescribed',
  'pharmacy:medication_dispensed': 'Medication dispensed',
  'pharmacy:interaction_alert': 'Drug interaction',
  'pharmacy:allergy_contraindication': 'Prescription against an allergy',
  'biopsy:created': 'Biopsy ordered',
  'biopsy:updated': 'Biopsy updated',
  'biopsy:result_received': 'Biopsy result received',
  'biopsy:reviewed': 'Biopsy reviewed',
  'claim:created': 'Claim created',
  'claim:updated': 'Claim changed',
  'claim:status_changed': 'Claim status changed',
  'claim:submitted': 'Claim submitted',
  'claim:denied': 'Claim denied',
  'claim:paid': 'Claim paid',
  'payment:received': 'Payment received',
  'prior_auth:status_changed': 'Prior authorization changed',
  'prior_auth:approved': 'Prior authorization approved',
  'prior_auth:denied': 'Prior authorization denied',
  'thread:created': 'New message thread',
  'thread:updated': 'Message thread changed',
  'thread:closed': 'Message thread closed',
  'thread:reopened': 'Message thread reopened',
  'message:sent': 'Message sent',
  'message:read': 'Message read',
  'message:retracted': 'Message retracted',
  'note:added': 'Internal note added',
  'alert:raised': 'Alert raised',
  'alert:acknowledged': 'Alert acknowledged',
  'alert:escalated': 'Alert escalated',
  'alert:resolved': 'Alert resolved',
  'notification': 'You have a notification',
  'critical_alert': 'An alert waits for you',
};

/** A name that is newer than this app is written as it is. */
const meanings: Readonly<Record<string, string>> = known;

const importances = new Map<string | null, string>(
  Object.values(eventCatalogue).map(({ socketName, importance }) => [socketName, importance]),
);

/** The fields that say what an event is about; each type has at most one that matters here. */
const subjects = ['testName', 'finding', 'studyName', 'medication', 'substance'];

export function eventSentence({ name, payload }: AnyEvent): EventSentence {
  const field = (key: string) => (typeof payload[key] === 'string' ? payload[key] : undefined);
  const meaning = meanings[name] ?? name.replaceAll(/[:_]/g, ' ');
  const start = field('scheduledStart');
  const provider = field('providerName');
  const details = [
    field('patientName') ?? field('name'),
    subjects.map(field).find(Boolean),
    start && dateAndTime(start),
    provider && `with ${provider}`,
  ].filter(Boolean);
  const text = details.length > 0 ? `${meaning}: ${details.join(', ')}` : meaning;
  return { text, weight: weightOf(name) };
}

/** How loudly an event asks for attention is the catalogue's to say. */
function weightOf(name: string): Weight {
  return (importances.get(name) ?? 'normal') === 'normal' ? 'usual' : 'critical';
}
