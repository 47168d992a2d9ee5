// @vitest-environment jsdom
import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { meQuery } from '../../src/data/session/permissions';
import { markReviewed } from '../../src/results/results';
import { ToReview } from '../../src/results/ToReview';
import { queryClient } from '../../src/shell/queryClient';
import { bundle, FormPage } from './formPage';

const page = FormPage.forEachTest();

const notice = (id: string, reportId: string, type: string, message: string) => ({
  id, reportId, type, message, patientId: 'kenji', createdAt: '2026-11-27T15:00:00Z', readAt: null,
});

const measured = (id: string, name: string, value: number, unit: string, flag: string, low: number, high: number) => ({
  resourceType: 'Observation', id, code: { text: name }, valueQuantity: { value, unit },
  interpretation: [{ coding: [{ code: flag }] }], referenceRange: [{ low: { value: low }, high: { value: high } }],
});

const panel = {
  resourceType: 'DiagnosticReport', id: 'panel', status: 'final', code: { text: 'Basic metabolic panel' },
  result: ['sodium', 'potassium', 'glucose', 'calcium'].map((id) => ({ reference: `Observation/${id}` })),
};
const chest = { resourceType: 'DiagnosticReport', id: 'chest', status: 'final', conclusion: 'No acute finding.' };
const values = [
  measured('sodium', 'Sodium', 140, 'mmol/L', 'N', 136, 145),
  measured('potassium', 'Potassium', 6.9, 'mmol/L', 'HH', 3.5, 5.1),
  measured('glucose', 'Glucose', 118, 'mg/dL', 'H', 70, 99),
  measured('calcium', 'Calcium', 9.4, 'mg/dL', 'N', 8.6, 10.2),
];

function show(permissions: Record<string, readonly string[]>): void {
  queryClient.setQueryData(meQuery.queryKey, { user: { id: 'user-1', role: 'provider' }, permissions } as never);
  page.answer('GET /api/notifications', () => Response.json({
    nextCursor: null,
    items: [
      notice('n-1', 'panel', 'lab_result_available', 'Basic metabolic panel: the report can be read.'),
      notice('n-2', 'chest', 'radiology_report_finalized', 'X-ray of the chest: the report can be read.'),
    ],
  }));
  page.answer('POST /fhir/Patient/_search', () =>
    bundle({ resourceType: 'Patient', id: 'kenji', name: [{ given: ['Kenji'], family: 'Chen' }], birthDate: '1980-01-02' }));
  page.answer('GET /fhir/DiagnosticReport', () => Response.json({
    resourceType: 'Bundle',
    entry: [
      ...[panel, chest].map((resource) => ({ resource, search: { mode: 'match' } })),
      ...values.map((resource) => ({ resource, search: { mode: 'include' } })),
    ],
  }));
  const root = createRootRoute();
  const results = createRoute({ getParentRoute: () => root, path: '/results', component: () => <ToReview open={undefined} /> });
  const history = createMemoryHistory({ initialEntries: ['/results'] });
  page.show(<RouterProvider router={createRouter({ routeTree: root.addChildren([results]), history }) as never} />);
}

test('A result to review has its values in the row: flag, value, unit and range, the critical one first, and how many more', async () => {
  show({ '*': ['read'] });
  const row = (await screen.findByText('Basic metabolic panel')).closest('a')!;
  await within(row).findByText(/Potassium 6.9 mmol\/L/);

  const texts = [...row.querySelectorAll('span')].map(({ textContent }) => textContent ?? '');

  expect(texts.filter((text) => text.split('Normal').length === 2)).toEqual([
    'Critical high Potassium 6.9 mmol/L · Normal 3.5 to 5.1 mmol/L',
    'High Glucose 118 mg/dL · Normal 70 to 99 mg/dL',
    ' Sodium 140 mmol/L · Normal 136 to 145 mmol/L',
  ]);
  expect(row.textContent).toContain('and 1 more');
});

test('What waits for a review is asked for by itself: what was read among the notifications still waits', async () => {
  show({ '*': ['read'] });
  await screen.findByText('Basic metabolic panel');

  const [asked] = page.sent.filter(({ path }) => path === '/api/notifications');

  expect(Object.fromEntries(asked!.query)).toEqual({ toReview: 'true', limit: '100' });
  page.answer('POST /api/notifications/n-1/review', () => new Response(null, { status: 204 }));
  await markReviewed('n-1');
});

test('Imaging has its conclusion in the row', async () => {
  show({ '*': ['read'] });

  const row = (await screen.findByText('X-ray of the chest')).closest('a')!;

  await within(row).findByText('No acute finding.');
});

test('Who reads no single values asks for none', async () => {
  show({ DiagnosticReport: ['read'], Patient: ['read'] });

  await screen.findByText('No acute finding.');

  expect(page.sent.filter(({ query }) => query.has('_include'))).toEqual([]);
});
