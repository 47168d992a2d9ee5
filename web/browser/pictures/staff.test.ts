import { beforeAll, describe, test } from 'vitest';
import type { Caller } from '../caller';
import { book, missing, writeOrder, writePanel } from '../../staff/day/clinic';
import { addressOf, writeDetails, type Details } from '../../staff/day/pages';
import { Visits } from '../../staff/day/visits';
import { schemes, size, take } from './take';

/** A page of the staff app, by the role that works with it. */
const pages: readonly (readonly [name: string, role: string, address: string, opens?: string])[] = [
  ['schedule', 'provider', '/schedule'],
  ['schedule-rooms', 'desk', '/schedule?by=room'],
  ['schedule-week', 'desk', '/schedule?view=week'],
  ['inbox', 'nurse', '/inbox?queue=all&thread=THREAD'],
  ['inbox-new', 'nurse', '/inbox?compose=true&patient=kenji'],
  ['results', 'provider', '/results?open=panel'],
  ['results-latest', 'provider', '/results?view=latest'],
  ['biopsy', 'provider', '/results?view=biopsies&open=BIOPSY'],
  ['patients', 'provider', '/patients'],
  ['patient-new', 'desk', '/patients', 'Register a patient'],
  ['patient-edit', 'desk', '/patients/ana', 'Edit details'],
  ['chart', 'provider', '/patients/ana'],
  ['chart-results', 'provider', '/patients/ana?view=results'],
  ['alerts', 'provider', '/alerts'],
  ['on-call', 'admin', '/alerts/on-call'],
  ['billing', 'billing', '/billing?open=CLAIM'],
  ['billing-authorizations', 'billing', '/billing?view=authorizations'],
  ['live-feed', 'provider', '/feed'],
  ['notifications', 'provider', '/notifications'],
  ['preferences', 'provider', '/preferences'],
  ['audit', 'admin', '/audit?open=20'],
  ['settings-people', 'admin', '/settings'],
  ['settings-policies', 'admin', '/settings?section=policies'],
  ['settings-limits', 'admin', '/settings?section=limits'],
  ['settings-canned', 'admin', '/settings?section=canned'],
  ['settings-calendar', 'admin', '/settings?section=calendar'],
];

describe.skipIf(missing)(`pictures of the staff app${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest('pictures');
  let details: Details;
  let thread = '';

  beforeAll(async () => {
    details = await writeDetails(visits);
    await fillDay(visits.caller('nurse'));
    for (const [patientId, service] of [['kenji', 'MRI of the knee'], ['ana', 'Home blood pressure monitor']]) {
      const asked = { patientId, service, providerId: 'okafor', payer: 'Northern Mutual' };
      await visits.caller('billing').ask('POST', '/api/prior-auths', asked);
    }
    await writeRecord(visits.caller('records'));
    const { items } = await visits.caller('nurse').ask<{ items: readonly { id: string }[] }>('GET', '/api/patient-messages/threads');
    thread = items[0]?.id ?? '';
    await writeOrder(visits.caller('records'), 'order-critical', 'kenji');
    await writePanel(visits.caller('records'), 'critical', 'kenji', 'order-critical', 6.9, 'HH');
  });

  test.each(schemes)('every page in %s', async (scheme) => {
    for (const role of new Set(pages.map(([, who]) => who))) {
      const page = await visits.open(role, '/', { ...size, scheme });
      for (const [name, who, address, opens] of pages) {
        if (who !== role) continue;
        await page.goto(addressOf(address, details).replace('THREAD', thread));
        if (opens !== undefined) {
          await page.getByRole('button', { name: opens }).click();
          await page.getByRole('dialog').getByRole('textbox').first().waitFor();
        }
        await take(page, 'staff', name, scheme);
      }
      await page.context().close();
    }
    const door = await visits.page({ ...size, scheme });
    for (const name of ['sign-in', 'forgot-password', 'reset-password']) {
      await door.goto(`/${name}`);
      await take(door, 'staff', name, scheme);
    }
  });
});

/** A morning and an afternoon of two providers. */
async function fillDay(nurse: Caller): Promise<void> {
  const patients = ['kenji', 'sofia', 'ana'];
  const reasons = ['Follow-up', 'Vaccination', 'Back pain', 'Medication review'];
  const times = ['08:30', '09:30', '10:30', '11:15', '12:00', '13:30', '14:15', '15:00', '16:00'];
  for (const [index, time] of times.entries()) {
    await book(nurse, patients[index % 3] ?? 'ana', 'okafor', time, reasons[index % 4] ?? 'Visit', 'room-1');
    await book(nurse, patients[(index + 1) % 3] ?? 'ana', 'novak', time, reasons[(index + 2) % 4] ?? 'Visit', 'room-2');
  }
}

const clinical = (system: string, code: string) => ({
  coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code }],
});

/** What a chart shows: a problem, an allergy, a medication. */
async function writeRecord(records: Caller): Promise<void> {
  const subject = { reference: 'Patient/ana' };
  await records.put({
    resourceType: 'Condition', id: 'pressure', subject, code: { text: 'Hypertension' }, onsetDateTime: '2021-03-04',
    clinicalStatus: clinical('condition-clinical', 'active'),
  });
  await records.put({
    resourceType: 'AllergyIntolerance', id: 'penicillin', patient: subject, code: { text: 'Penicillin' }, criticality: 'high',
    clinicalStatus: clinical('allergyintolerance-clinical', 'active'),
  });
  await records.put({
    resourceType: 'MedicationRequest', id: 'lisinopril', status: 'active', intent: 'order', subject, authoredOn: '2026-01-10',
    medicationCodeableConcept: { text: 'Lisinopril 10 mg' }, dosageInstruction: [{ text: '1 tablet in the morning' }],
  });
}
