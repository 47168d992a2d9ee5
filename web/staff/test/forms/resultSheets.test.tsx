// @vitest-environment jsdom
import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { screen, waitFor } from '@testing-library/react';
import type { ReactElement } from 'react';
import { expect, test, vi } from 'vitest';
import { meQuery } from '../../src/data/session/permissions';
import { BiopsySheet } from '../../src/results/BiopsySheet';
import { ResultSheet } from '../../src/results/ResultSheet';
import { queryClient } from '../../src/shell/queryClient';
import { bundle, FormPage } from './formPage';

vi.mock('@vagus/client', async (original) => ({
  ...(await original<object>()),
  ResourceWatch: class {
    state = { status: 'live' };
    onUpdate() {}
    onGap() {}
    watchState() { return () => {}; }
    open() {}
    close() {}
  },
}));

const page = FormPage.forEachTest();
const kenji = { resourceType: 'Patient', id: 'kenji', name: [{ given: ['Kenji'], family: 'Chen' }], birthDate: '1980-01-02' };
const potassium = {
  resourceType: 'Observation', id: 'k', status: 'final', code: { coding: [{ code: '2823-3' }], text: 'Potassium' },
  valueQuantity: { value: 6.9, unit: 'mmol/L' },
};
const notice = {
  id: 'n-1', reportId: 'r-1', type: 'lab_result_available', message: 'BMP', patientId: 'kenji', createdAt: '2026-11-27T15:00:00Z',
};
const me = { user: { id: 'user-1', role: 'provider' }, permissions: { '*': ['read', 'update'] } };

function show(sheet: ReactElement, subject: object = { reference: 'Patient/kenji' }): void {
  queryClient.setQueryData(meQuery.queryKey, me as never);
  page.answer('GET /fhir/DiagnosticReport/r-1', () => Response.json({
    resourceType: 'DiagnosticReport', id: 'r-1', status: 'final', code: { text: 'BMP' }, subject, result: [{ reference: 'Observation/k' }],
  }));
  page.answer('GET /fhir/Observation', () => bundle(potassium));
  page.answer('GET /api/notifications', () => Response.json({ nextCursor: null, items: [notice] }));
  const root = createRootRoute();
  const results = createRoute({ getParentRoute: () => root, path: '/results', component: () => sheet });
  const history = createMemoryHistory({ initialEntries: ['/results'] });
  page.show(<RouterProvider router={createRouter({ routeTree: root.addChildren([results]), history }) as never} />);
}

const resultSheet = <ResultSheet reportId="r-1" isReviewed={false} onNext={() => {}} onClose={() => {}} />;

test('A result is reviewed only with its patient in sight', async () => {
  const person = vi.fn(() => new Response(null, { status: 503 }));
  page.answer('POST /fhir/Patient/_search', person);
  show(resultSheet);
  await screen.findByText(/Nothing can be done with this before it is known whose it is/);
  await waitFor(() => expect(page.sent.some(({ path }) => path === '/api/notifications')).toBe(false));
  expect(screen.queryByRole('button', { name: 'Reviewed' })).toBeNull();

  page.answer('POST /fhir/Patient/_search', () => bundle(kenji));
  await queryClient.invalidateQueries({ queryKey: ['patients'] });

  await screen.findByText('Kenji Chen');
  await screen.findByRole('button', { name: 'Reviewed' });
});

test('The name that came with the result stands there while the record of the patient does not', async () => {
  page.answer('POST /fhir/Patient/_search', () => new Response(null, { status: 503 }));
  show(resultSheet, { reference: 'Patient/kenji', display: 'Kenji Chen' });

  await screen.findByText('Kenji Chen');

  await screen.findByRole('button', { name: 'Reviewed' });
});

test('A biopsy is signed only with its patient in sight', async () => {
  page.answer('POST /fhir/Patient/_search', () => new Response(null, { status: 503 }));
  const biopsy = { id: 'b-1', patientId: 'kenji', patientName: null, site: 'Back', procedure: null, status: 'resulted', version: 1 };
  page.answer('GET /api/biopsies/b-1', () => Response.json(biopsy));
  show(<BiopsySheet id="b-1" onClose={() => {}} />);
  await screen.findByText(/Nothing can be done with this/);
  expect(screen.queryByText('Sign the review')).toBeNull();

  page.answer('POST /fhir/Patient/_search', () => bundle(kenji));
  await queryClient.invalidateQueries({ queryKey: ['patients'] });

  await screen.findByText('Sign the review');
});

test('A value that the chart of the patient has as critical is flagged so, without a word of the laboratory', async () => {
  page.answer('POST /fhir/Patient/_search', () => bundle(kenji));
  const critical = { code: { code: '2823-3' }, name: 'Potassium', value: 6.9, valueText: null, unit: 'mmol/L', isCritical: true };
  page.answer('GET /api/aggregate/patients/kenji/labs', () => Response.json({ items: [{ id: 'r-1', tests: [critical] }] }));

  show(resultSheet);

  await screen.findByText('Critical');
});
