import type { Caller } from '../../browser/caller';
import { missingFor, type Organization } from '../../browser/server';

/** Why the tests cannot run here; null when they can. */
export const missing = missingFor('staff/index.html');

export const zone = 'America/New_York';

/** The files of tests, by the organization that each has for itself. */
export const clinics = [
  'administration', 'dialogs', 'inbox', 'installed', 'pages', 'password', 'patients', 'results', 'schedule', 'second-step', 'subscription',
  'pictures', 'measures',
] as const;

export type ClinicName = (typeof clinics)[number];

/** One of each role; Maya Okafor is the practitioner who orders and signs. An address is in one organization. */
export function peopleOf(clinic: ClinicName): Organization {
  const at = `staff-${clinic}.example`;
  return {
    tenant: `staff-${clinic}`,
    name: 'Harbor Clinic',
    users: [
      { email: `admin@${at}`, name: 'Ines Aldana', role: 'admin' },
      { email: `provider@${at}`, name: 'Maya Okafor', role: 'provider', fhirId: 'okafor' },
      { email: `nurse@${at}`, name: 'Grace Mbeki', role: 'nurse' },
      { email: `desk@${at}`, name: 'Sam Ito', role: 'front_desk' },
      { email: `billing@${at}`, name: 'Lena Vogel', role: 'billing' },
      { email: `lab@${at}`, name: 'Noor Haddad', role: 'lab' },
      { email: `radiology@${at}`, name: 'Tom Berg', role: 'radiology' },
      { email: `pharmacy@${at}`, name: 'Ada Cole', role: 'pharmacy' },
      { email: `records@${at}`, name: 'Records', role: 'service' },
    ],
  };
}

const reference = (to: string) => ({ reference: to });
const concept = (system: string, code: string) => ({ coding: [{ system, code }] });
const person = (resourceType: string, id: string, given: string, family: string, more: object = {}) => ({
  resourceType, id, name: [{ use: 'official', given: [given], family }], ...more,
});

const doctor = (id: string, given: string, family: string) => ({
  resourceType: 'Practitioner', id, name: [{ use: 'official', prefix: ['Dr.'], given: [given], family }],
});

/** Today as the clinic's clock has it. */
export function clinicDay(): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(new Date());
}

/** What the clinic knows in the morning: people, rooms, a day of appointments, results, a biopsy that is late, claims, a question. */
export async function writeClinic(records: Caller, nurse: Caller, billing: Caller): Promise<void> {
  await records.put(doctor('okafor', 'Maya', 'Okafor'));
  await records.put(doctor('novak', 'Jonas', 'Novák'));
  await records.put({ resourceType: 'Location', id: 'room-1', status: 'active', name: 'Room 1' });
  await records.put({ resourceType: 'Location', id: 'room-2', status: 'active', name: 'Room 2' });
  await records.put(person('Patient', 'ana', 'Ana', 'Ruiz', { birthDate: '1984-05-06', gender: 'female', ...recordNumber('100058') }));
  await records.put(person('Patient', 'kenji', 'Kenji', 'Chen', { birthDate: '1951-11-30', gender: 'male', ...recordNumber('100071') }));
  await records.put(person('Patient', 'sofia', 'Sofia', 'Castillo', { birthDate: '2001-02-03', gender: 'female' }));
  await book(nurse, 'ana', 'okafor', '09:00', 'Blood pressure', 'room-1');
  await book(nurse, 'kenji', 'okafor', '10:00', 'Follow-up', 'room-1');
  await book(nurse, 'sofia', 'novak', '10:00', 'Cough', 'room-2');
  await writeOrder(records, 'order-panel', 'ana');
  await writePanel(records, 'panel', 'ana', 'order-panel', 5.6, 'H');
  await records.put({
    resourceType: 'DiagnosticReport', id: 'chest', status: 'final', code: { text: 'Chest X-ray' }, subject: reference('Patient/kenji'),
    category: [concept('http://terminology.hl7.org/CodeSystem/v2-0074', 'RAD')], issued: new Date().toISOString(),
    conclusion: 'Clear lungs. Heart of usual size.',
  });
  await claimOf(billing, 'ana', 'Blue Harbor', 180, 'Not covered');
  await claimOf(billing, 'kenji', 'Northern Mutual', 95, null);
  await nurse.ask('POST', '/api/patient-messages/threads', {
    patientId: 'ana', subject: 'Your blood pressure', category: 'medical_question', content: 'How have your values been since Monday?',
  });
}

function recordNumber(number: string) {
  return {
    identifier: [{ type: concept('http://terminology.hl7.org/CodeSystem/v2-0203', 'MR'), system: 'urn:harbor', value: `MRN${number}` }],
  };
}

export async function book(who: Caller, patientId: string, providerId: string, time: string, reason: string, location: string) {
  const zoned = instantAt(clinicDay(), time);
  return who.ask<{ id: string; start: string }>('POST', '/api/appointments', {
    patientId, providerId, start: zoned.toISOString(), durationMinutes: 30, reason, location,
  });
}

/** The instant at which the clinic's clock shows this time. */
function instantAt(day: string, time: string): Date {
  const guess = new Date(`${day}T${time}:00Z`);
  const shown = new Date(`${new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hour12: false,
  }).format(guess).replace(' ', 'T')}:00Z`);
  return new Date(guess.getTime() + (guess.getTime() - shown.getTime()));
}

export function writeOrder(records: Caller, id: string, patient: string): Promise<unknown> {
  return records.put({
    resourceType: 'ServiceRequest', id, status: 'active', intent: 'order', subject: reference(`Patient/${patient}`),
    requester: reference('Practitioner/okafor'), code: { text: 'Basic metabolic panel' },
    category: [concept('http://snomed.info/sct', '108252007')],
  });
}

export async function writePanel(records: Caller, id: string, patient: string, order: string, potassium: number, flag: string) {
  const tests = [
    ['potassium', 'Potassium', '2823-3', potassium, 'mmol/L', [3.5, 5.1], flag],
    ['sodium', 'Sodium', '2951-2', 139, 'mmol/L', [135, 145], 'N'],
  ] as const;
  for (const [test, text, code, value, unit, [low, high], interpretation] of tests) {
    await records.put({
      resourceType: 'Observation', id: `${id}-${test}`, status: 'final',
      category: [concept('http://terminology.hl7.org/CodeSystem/observation-category', 'laboratory')],
      code: { text, coding: [{ system: 'http://loinc.org', code }] },
      subject: reference(`Patient/${patient}`), basedOn: [reference(`ServiceRequest/${order}`)],
      effectiveDateTime: new Date().toISOString(), valueQuantity: { value, unit },
      referenceRange: [{ low: { value: low }, high: { value: high } }],
      interpretation: [concept('http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', interpretation)],
    });
  }
  await records.put({
    resourceType: 'DiagnosticReport', id, status: 'final', code: { text: 'Basic metabolic panel' },
    category: [concept('http://terminology.hl7.org/CodeSystem/v2-0074', 'LAB')], subject: reference(`Patient/${patient}`),
    basedOn: [reference(`ServiceRequest/${order}`)], issued: new Date().toISOString(),
    result: tests.map(([test]) => reference(`Observation/${id}-${test}`)),
  });
}

async function claimOf(billing: Caller, patientId: string, payer: string, amount: number, denied: string | null): Promise<void> {
  const { id } = await billing.ask<{ id: string }>('POST', '/api/claims', {
    patientId, payer, lines: [{ code: '99213', description: 'Office visit', amount }],
  });
  if (denied === null) return;
  await billing.ask('POST', `/api/claims/${id}/submit`, {});
  await billing.ask('POST', `/api/claims/${id}/status`, { status: 'denied', reason: denied });
}
