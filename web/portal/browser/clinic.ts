import type { Caller } from '../../browser/caller';

const reference = (to: string) => ({ reference: to });
const concept = (system: string, code: string) => ({ coding: [{ system, code }] });
const person = (resourceType: string, id: string, given: string, family: string, more: object = {}) => ({
  resourceType, id, name: [{ use: 'official', given: [given], family }], ...more,
});

/** Ana, her daughter Mia, Bo, and Cho, who has no account yet; what the clinic knows of Ana. */
export async function writeClinic(records: Caller, provider: Caller, emailOfAna: string): Promise<void> {
  await records.put(person('Practitioner', 'harbor-provider', 'Maya', 'Okafor'));
  await records.put(person('Patient', 'ana', 'Ana', 'Ruiz', { birthDate: '1984-05-06', gender: 'female' }));
  await records.put(person('Patient', 'mia', 'Mia', 'Ruiz', { birthDate: '2020-02-03', gender: 'female' }));
  await records.put(person('Patient', 'bo', 'Bo', 'Montgomery', { birthDate: '1951-11-30' }));
  await records.put(person('Patient', 'cho', 'Cho', 'Park', { birthDate: '1970-01-02' }));
  await provider.ask('POST', '/api/patients/mia/proxies', { email: emailOfAna, relationship: 'parent' });
  await writePanel(records);
  await writeImaging(records);
  await bookFor(records, 'ana', 'to-come', 3);
  await bookFor(records, 'ana', 'later', 30);
  await bookFor(records, 'ana', 'long-ago', -60);
}

export async function writePanel(records: Caller, id = 'panel', title = 'Basic metabolic panel'): Promise<void> {
  const tests = [
    ['potassium', 'Potassium', '2823-3', 5.6, 'mmol/L', [3.5, 5.1], 'H'],
    ['sodium', 'Sodium', '2951-2', 139, 'mmol/L', [135, 145], 'N'],
    ['platelets', 'Platelets', '777-3', 240, '10*3/uL', [150, 400], 'N'],
  ] as const;
  for (const [test, text, code, value, unit, [low, high], flag] of tests) {
    await records.put({
      resourceType: 'Observation',
      id: `${id}-${test}`,
      status: 'final',
      category: [concept('http://terminology.hl7.org/CodeSystem/observation-category', 'laboratory')],
      code: { text, coding: [{ system: 'http://loinc.org', code }] },
      subject: reference('Patient/ana'),
      effectiveDateTime: '2026-11-20T08:00:00Z',
      valueQuantity: { value, unit },
      referenceRange: [{ low: { value: low }, high: { value: high } }],
      interpretation: [concept('http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', flag)],
    });
  }
  await records.put({
    resourceType: 'DiagnosticReport',
    id,
    status: 'final',
    category: [concept('http://terminology.hl7.org/CodeSystem/v2-0074', 'LAB')],
    code: { text: title },
    subject: reference('Patient/ana'),
    issued: new Date().toISOString(),
    result: tests.map(([test]) => reference(`Observation/${id}-${test}`)),
  });
}

async function writeImaging(records: Caller): Promise<void> {
  await records.put({
    resourceType: 'DiagnosticReport',
    id: 'chest',
    status: 'final',
    category: [concept('http://terminology.hl7.org/CodeSystem/v2-0074', 'RAD')],
    code: { text: 'Chest X-ray' },
    subject: reference('Patient/ana'),
    issued: '2026-11-10T09:00:00Z',
    conclusion: 'Clear lungs. Heart of usual size.',
  });
}

function bookFor(records: Caller, patient: string, id: string, inDays: number): Promise<unknown> {
  const start = new Date();
  start.setUTCDate(start.getUTCDate() + inDays);
  start.setUTCHours(15, 30, 0, 0);
  return records.put({
    resourceType: 'Appointment',
    id,
    status: inDays < 0 ? 'fulfilled' : 'booked',
    start: start.toISOString(),
    end: new Date(start.getTime() + 30 * 60_000).toISOString(),
    appointmentType: { text: 'Follow-up' },
    reasonCode: [{ text: 'Blood pressure' }],
    participant: [
      { actor: reference(`Patient/${patient}`), status: 'accepted' },
      { actor: reference('Practitioner/harbor-provider'), status: 'accepted' },
    ],
  });
}
