// @vitest-environment jsdom
import { cleanup, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { Allergies } from '../../src/inbox/patient/PatientPanel';
import { FormPage } from './formPage';

const page = FormPage.forEachTest();

function allergy(id: string, text: string, verification: string) {
  return { resource: { resourceType: 'AllergyIntolerance', id, code: { text }, verificationStatus: { coding: [{ code: verification }] } } };
}

test('An allergy that was entered in error is left out, and a list that is cut says that there is more', async () => {
  page.answer('GET /fhir/AllergyIntolerance', () =>
    Response.json({
      resourceType: 'Bundle',
      link: [{ relation: 'next', url: 'http://clinic.example/fhir/AllergyIntolerance?page=2' }],
      entry: [allergy('a', 'Penicillin', 'confirmed'), allergy('b', 'Latex', 'entered-in-error')],
    }),
  );
  page.show(<Allergies id="patient-1" />);

  await screen.findByText('Penicillin');

  expect(screen.queryByText('Latex')).toBeNull();
  expect(screen.getByText(/And more/)).toBeTruthy();
});

function answerWith(...entry: object[]): void {
  page.answer('GET /fhir/AllergyIntolerance', () => Response.json({ resourceType: 'Bundle', entry }));
}

test('Nothing recorded is another thing than that none are known', async () => {
  answerWith();
  page.show(<Allergies id="patient-2" />);
  await screen.findByText('Nothing recorded: ask the patient');
});

test('That none are known is said as it was recorded, and not beside an allergy that is known', async () => {
  answerWith(allergy('n', 'No known allergy', 'confirmed'));
  page.show(<Allergies id="patient-3" />);
  await screen.findByText('No known allergy');
  cleanup();
  answerWith(allergy('n', 'No known allergy', 'confirmed'), allergy('p', 'Penicillin', 'confirmed'));
  page.show(<Allergies id="patient-4" />);

  await screen.findByText('Penicillin');

  expect(screen.queryByText('No known allergy')).toBeNull();
});
