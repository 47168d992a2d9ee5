import type { Draft } from './fhirStore';

const providers = ['Amara Lee', 'Jonas Novak', 'Priya Raman', 'Tomás Vidal'];
const names = [
  'Ana Ruiz', 'Ben Carter', 'Chidi Eze', 'Dana Kowalski', 'Elif Demir', 'Farid Haddad', 'Grace Okafor', 'Hiro Tanaka',
  'Ivy Chen', 'Jack Murphy', 'Katya Orlova', 'Liam Walsh', 'Mei Lin', 'Noor Ahmed', 'Olga Petrova', 'Pedro Alves',
  'Quinn Harper', 'Rosa Marino', 'Sami Virtanen', 'Tara Singh', 'Uma Patel', 'Victor Hugo-Lindqvist', 'Wen Zhao',
  'Ximena Torres', 'Yusuf Aydin', 'Zoe Fischer', 'Alexandrina Montgomery-Featherstonehaugh', 'Bo Li', 'Cem Kaya', 'Dora Nagy',
]; // prettier-ignore
const reasons = ['Follow-up', 'Annual check', 'Blood pressure', 'Cough and fever', 'Vaccination', 'Medication review', 'Knee pain'];
const statuses = ['fulfilled', 'arrived', 'booked', 'booked', 'cancelled', 'booked', 'noshow', 'pending'];

export function demoDay(): Draft[] {
  return [...people(), ...appointments(), ...record('patient-1')];
}

function people(): Draft[] {
  const patients = names.map((name, index) => ({
    resourceType: 'Patient',
    id: `patient-${index + 1}`,
    name: [humanName(name)],
    gender: index % 2 ? 'male' : 'female',
    birthDate: `${1942 + ((index * 7) % 70)}-0${1 + (index % 9)}-1${index % 10}`,
    telecom: [{ system: 'phone', value: `555-01${String(index).padStart(2, '0')}` }],
    address: [{ line: [`${index + 10} Harbor Street`], city: 'Springfield', state: 'MA', postalCode: '01103' }],
    identifier: [{ type: { coding: [{ code: 'MR' }] }, value: `MR-${10_420 + index}` }],
  }));
  const practitioners = providers.map((name, index) => ({
    resourceType: 'Practitioner',
    id: `practitioner-${index + 1}`,
    active: true,
    name: [{ ...humanName(name), prefix: ['Dr.'] }],
  }));
  return [...patients, ...practitioners];
}

function humanName(name: string): { family: string; given: string[] } {
  const [given = '', ...family] = name.split(' ');
  return { family: family.join(' '), given: [given] };
}

function appointments(): Draft[] {
  const lengths = [30, 15, 45, 30, 20, 60];
  return providers.flatMap((provider, column) => {
    let minute = 8 * 60 + column * 15;
    return Array.from({ length: 9 }, (_, row) => {
      const index = column * 9 + row;
      const length = lengths[index % lengths.length] ?? 30;
      const start = minute;
      // The third overlaps the second; every other one leaves a pause.
      minute += row === 1 ? length - 5 : length + (row % 2) * 20;
      return appointment(index, column, provider, start, length);
    });
  });
}

function appointment(index: number, column: number, provider: string, minute: number, length: number): Draft {
  const start = new Date();
  start.setHours(0, minute, 0, 0);
  const patient = index % names.length;
  return {
    resourceType: 'Appointment',
    id: `appointment-${index + 1}`,
    status: statuses[index % statuses.length] ?? 'booked',
    description: reasons[index % reasons.length],
    start: start.toISOString(),
    end: new Date(start.getTime() + length * 60_000).toISOString(),
    participant: [
      // Imported records name nobody: the app looks the name up.
      { actor: { reference: `Patient/patient-${patient + 1}`, ...(index % 3 ? { display: names[patient] } : {}) }, status: 'accepted' },
      { actor: { reference: `Practitioner/practitioner-${column + 1}`, display: `Dr. ${provider}` }, status: 'accepted' },
    ],
  };
}

function record(patient: string): Draft[] {
  const subject = { reference: `Patient/${patient}` };
  return [...allergies(subject), ...conditions(subject), ...medications(subject), ...labs(subject), ...encounters(subject)];
}

const active = { coding: [{ code: 'active' }] };
const resolved = { coding: [{ code: 'resolved' }] };

function allergies(patient: object): Draft[] {
  const resourceType = 'AllergyIntolerance';
  const reaction = [{ manifestation: [{ text: 'Anaphylaxis' }] }];
  return [
    { resourceType, patient, clinicalStatus: active, criticality: 'high', code: { text: 'Penicillin' }, reaction },
    { resourceType, patient, clinicalStatus: resolved, code: { text: 'Cow milk' } },
  ];
}

function conditions(subject: object): Draft[] {
  const resourceType = 'Condition';
  const present = ['Essential hypertension', 'Type 2 diabetes mellitus', 'Chronic kidney disease stage 3'].map((text, index) => ({
    resourceType,
    subject,
    clinicalStatus: active,
    code: { text },
    onsetDateTime: `201${index}-04-02`,
  }));
  return [...present, { resourceType, subject, clinicalStatus: resolved, code: { text: 'Acute bronchitis' }, onsetDateTime: '2023-01-09' }];
}

function medications(subject: object): Draft[] {
  return ['Lisinopril 10 MG oral tablet', 'Metformin 500 MG oral tablet'].map((text, index) => ({
    resourceType: 'MedicationRequest',
    subject,
    status: index ? 'active' : 'stopped',
    authoredOn: `2025-0${index + 2}-11`,
    medicationCodeableConcept: { text },
    dosageInstruction: [{ text: '1 tablet daily' }],
  }));
}

function labs(subject: object): Draft[] {
  return [
    lab(subject, 'Potassium', 6.5, 'mmol/L', 'HH', '3.5', '5.1'),
    lab(subject, 'Hemoglobin A1c', 8.1, '%', 'H', '4', '5.6'),
    lab(subject, 'Sodium', 139, 'mmol/L', 'N', '135', '145'),
    lab(subject, 'Glomerular filtration rate', 48.333333, 'mL/min', 'L', '60', '120'),
  ];
}

const visits = [
  'Office visit', 'Emergency visit', 'Telehealth visit', 'Office visit', 'Office visit', 'Annual check', 'Office visit', 'Lab visit',
]; // prettier-ignore

function encounters(subject: object): Draft[] {
  return visits.map((text, index) => ({
    resourceType: 'Encounter',
    subject,
    status: index ? 'finished' : 'in-progress',
    type: [{ text }],
    period: { start: `202${5 - Math.floor(index / 2)}-0${1 + index}-14T09:30:00Z` },
  }));
}

function lab(subject: object, name: string, value: number, unit: string, flag: string, low: string, high: string): Draft {
  return {
    resourceType: 'Observation',
    subject,
    status: 'final',
    category: [{ coding: [{ code: 'laboratory' }] }],
    code: { text: name },
    effectiveDateTime: '2026-11-20T07:45:00Z',
    valueQuantity: { value, unit },
    interpretation: [{ coding: [{ code: flag }] }],
    referenceRange: [{ low: { value: Number(low) }, high: { value: Number(high), unit } }],
  };
}
