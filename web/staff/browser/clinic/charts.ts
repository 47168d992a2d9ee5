import type { FhirStore, Stored } from './fhirStore';

interface Coded {
  text?: string;
  coding?: { code?: string }[];
}

/** The parts of a chart, and the type that somebody has to read to see each. */
const parts: readonly (readonly [part: string, type: string])[] = [
  ['allergies', 'AllergyIntolerance'],
  ['medications', 'MedicationRequest'],
  ['latestVitals', 'Observation'],
  ['activeDiagnoses', 'Condition'],
  ['encounters', 'Encounter'],
  ['pendingLabOrders', 'Observation'],
  ['pendingImagingOrders', 'ImagingStudy'],
  ['criticalAlerts', 'Condition'],
  ['unreadResultCount', 'DiagnosticReport'],
];

/** What the server makes of a patient's record, as far as these tests look; null where there is no such patient. */
export function chartOf(store: FhirStore, patientId: string, mayUse: (type: string) => boolean, sequence: number): object | null {
  const person = store.get('Patient', patientId);
  if (!person) return null;
  const of = (type: string): Stored[] => (mayUse(type) ? recordOf(store, type, patientId) : []);
  const encounters = of('Encounter').map(encounterOf);
  const [name] = person['name'] as { given: string[]; family: string }[];
  const [number] = person['identifier'] as { value: string }[];
  return {
    patientId,
    name: `${name?.given[0]} ${name?.family}`,
    birthDate: person['birthDate'],
    age: 2026 - Number(String(person['birthDate']).slice(0, 4)),
    sex: person['gender'],
    mrn: number?.value,
    allergies: of('AllergyIntolerance').filter(active).map(allergyOf),
    medications: of('MedicationRequest').filter(({ status }) => status === 'active').map(medicationOf),
    latestVitals: mayUse('Observation') ? vitals : none,
    activeDiagnoses: of('Condition').filter(active).map(diagnosisOf),
    lastEncounterAt: encounters[0]?.startedAt ?? null,
    encounterCount: encounters.length,
    pendingLabOrders: 1,
    pendingImagingOrders: 0,
    criticalAlertCount: 0,
    unreadResultCount: 1,
    criticalAlerts: [],
    sequence,
    updatedAt: person.meta.lastUpdated,
    withheld: parts.filter(([, type]) => !mayUse(type)).map(([part]) => part),
    truncated: [],
  };
}

/** One of the lists of a chart, on a single page. */
export function chartListOf(store: FhirStore, list: string, patientId: string, mayUse: (type: string) => boolean): object {
  const of = (type: string): Stored[] => (mayUse(type) ? recordOf(store, type, patientId) : []);
  const items: Record<string, () => object[]> = {
    labs: () => (mayUse('DiagnosticReport') ? [reportOf(patientId, of('Observation'))] : []),
    imaging: () => (mayUse('ImagingStudy') ? [study(patientId)] : []),
    medications: () => of('MedicationRequest').map((stored) => ({ ...medicationOf(stored), ...noWarnings })),
    encounters: () => of('Encounter').map(encounterOf),
  };
  return { items: items[list]?.() ?? [], nextCursor: null };
}

const noWarnings = { dispenses: [], interactionWarnings: [], allergyWarnings: [] };
const none = {
  heartRate: null, bloodPressure: null, temperature: null, respiratoryRate: null, oxygenSaturation: null, weight: null, height: null,
};
const vitals = {
  ...none,
  bloodPressure: { value: '142/88', unit: 'mm[Hg]', at: '2026-11-20T07:40:00Z' },
  heartRate: { value: 78, unit: '/min', at: '2026-11-20T07:40:00Z' },
};

function active(stored: Stored): boolean {
  return codeOf(stored['clinicalStatus']) === 'active';
}

function recordOf(store: FhirStore, type: string, patientId: string): Stored[] {
  return store.all(type).filter((stored) => JSON.stringify(stored).includes(`"Patient/${patientId}"`));
}

function allergyOf({ id, code, criticality, reaction }: Stored): object {
  const reactions = ((reaction ?? []) as { manifestation: Coded[] }[]).flatMap(({ manifestation }) => manifestation.map(textOf));
  return { id, display: textOf(code), code: null, criticality: criticality ?? null, reactions, recordedAt: null };
}

function diagnosisOf({ id, code, onsetDateTime }: Stored): object {
  return { id, display: textOf(code), onset: onsetDateTime };
}

function medicationOf({ id, medicationCodeableConcept, dosageInstruction, status, authoredOn }: Stored): object {
  const [dosage] = dosageInstruction as { text: string }[];
  return { id, display: textOf(medicationCodeableConcept), dosage: dosage?.text ?? null, status, prescribedAt: authoredOn };
}

function encounterOf({ id, status, type, period }: Stored) {
  const [kind] = type as Coded[];
  const startedAt = (period as { start: string }).start;
  const empty = { diagnoses: [], procedures: [], orders: [], isSigned: false };
  return { id, status, class: 'AMB', type: textOf(kind), startedAt, endedAt: null, reason: null, vitals: none, ...empty };
}

function reportOf(patientId: string, observations: readonly Stored[]): object {
  const tests = observations.map(({ code, valueQuantity, interpretation }) => {
    const { value, unit } = valueQuantity as { value: number; unit: string };
    const flag = codeOf((interpretation as unknown[])[0]);
    return { code: null, name: textOf(code), value, valueText: null, unit, range: null, interpretation: flag, isCritical: flag === 'HH' };
  });
  return {
    id: 'report-1', patientId, title: 'Basic metabolic panel', status: 'final', availableAt: '2026-11-20T09:00:00Z', tests,
    hasCriticalValue: true, isViewed: false, viewings: [],
  };
}

function study(patientId: string): object {
  const impression = 'No acute cardiopulmonary process.';
  return {
    id: 'study-1', patientId, modality: 'DX', description: 'Chest, two views', startedAt: '2026-10-02T14:00:00Z', images: [],
    report: { id: 'report-2', status: 'final', findings: 'Lungs are clear.', impression, finalizedAt: '2026-10-02T15:00:00Z' },
    hasCriticalFinding: false, isViewed: true, viewings: [],
  };
}

function textOf(concept: unknown): string | null {
  return (concept as Coded | undefined)?.text ?? null;
}

function codeOf(concept: unknown): string | null {
  return (concept as Coded | undefined)?.coding?.[0]?.code ?? null;
}
