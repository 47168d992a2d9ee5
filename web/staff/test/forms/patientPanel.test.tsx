// @vitest-environment jsdom
import { screen } from '@testing-library/react';
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
