// @vitest-environment jsdom
import { screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import { AppointmentActions } from '../../src/appointments/AppointmentActions';
import { AppointmentDialog } from '../../src/appointments/AppointmentDialog';
import type { Appointment } from '../../src/data/fhir/resources';
import { queryClient } from '../../src/shell/queryClient';
import { FormPage, pending } from './formPage';

const day = ['appointments', '2026-11-27'];
const booked: Appointment = {
  resourceType: 'Appointment',
  id: 'a1',
  meta: { versionId: '3' },
  status: 'booked',
  start: '2026-11-27T15:00:00Z',
  participant: [{ actor: { reference: 'Patient/ana', display: 'Ana Ruiz' }, status: 'accepted' }],
};

const page = FormPage.forEachTest();
let done: number;

beforeEach(() => {
  done = 0;
  page.answer('PUT /fhir/Appointment/a1', ({ body }) => Response.json({ ...JSON.parse(body), meta: { versionId: '4' } }));
});

function show(appointment: Appointment = booked): void {
  queryClient.setQueryData(day, [appointment]);
  page.show(<AppointmentActions appointment={appointment} about="Ana Ruiz, 10:00" onMove={() => {}} onDone={() => (done += 1)} />);
}

function offered(): string[] {
  return screen.queryAllByRole('button').map((button) => button.textContent ?? '');
}

function shown(): Appointment | undefined {
  return queryClient.getQueryData<Appointment[]>(day)?.[0];
}

test.each([
  ['booked', ['Check in', 'No-show', 'Move…', 'Cancel appointment']],
  ['pending', ['Check in', 'No-show', 'Move…', 'Cancel appointment']],
  ['proposed', ['Check in', 'No-show', 'Move…', 'Cancel appointment']],
  ['waitlist', ['Check in', 'No-show', 'Move…', 'Cancel appointment']],
  ['arrived', ['Cancel appointment']],
  ['checked-in', ['Cancel appointment']],
  ['fulfilled', []],
  ['cancelled', []],
  ['noshow', []],
  ['entered-in-error', []],
])('An appointment that is %s offers %j', (status, buttons) => {
  show({ ...booked, status });

  expect(offered()).toEqual(buttons);
});

test.each([
  [['read', 'update'], ['', 'Check in', 'No-show', 'Move…', 'Cancel appointment']],
  [['read'], ['']],
])('To those who may %j appointments the dialog offers %j beside closing it', async (verbs, buttons) => {
  page.answer('GET /api/auth/me', () => Response.json({ permissions: { Appointment: verbs } }));
  const nobody: Appointment = { ...booked, participant: [] };
  page.show(<AppointmentDialog appointment={nobody} nameOf={() => 'Ana Ruiz'} onClose={() => {}} />);

  await waitFor(() => expect(queryClient.isFetching()).toBe(0));

  await waitFor(() => expect(offered()).toEqual(buttons));
});

test.each([
  ['Check in', 'arrived'],
  ['No-show', 'noshow'],
])('%s changes the status alone, of exactly the version that was seen', async (button, status) => {
  show();

  await page.press(button);

  await waitFor(() => expect(done).toBe(1));
  const [request] = page.changes();
  expect(page.changes()).toHaveLength(1);
  expect(request!.headers.get('If-Match')).toBe('W/"3"');
  expect(JSON.parse(request!.body)).toEqual({ ...booked, status });
  expect(shown()).toMatchObject({ status, meta: { versionId: '4' } });
});

test('Cancelling asks for a reason first and sends nothing until it is confirmed', async () => {
  show();

  await page.press('Cancel appointment');

  expect(screen.getByRole('group', { name: 'Cancel this appointment?' })).toBeTruthy();
  expect(page.changes()).toEqual([]);
  await page.press('Keep it');
  expect(offered()).toEqual(['Check in', 'No-show', 'Move…', 'Cancel appointment']);
  expect(page.changes()).toEqual([]);
});

test('A cancellation tells the chosen reason by its code', async () => {
  show();
  await page.press('Cancel appointment');
  await page.choose('Why is it cancelled?', 'Provider is not available');

  await page.press('Cancel appointment');

  await waitFor(() => expect(done).toBe(1));
  const system = 'http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason';
  expect(JSON.parse(page.changes()[0]!.body)).toEqual({
    ...booked,
    status: 'cancelled',
    cancelationReason: { coding: [{ system, code: 'prov' }] },
  });
});

test('The reason cannot be left empty', async () => {
  show();
  await page.press('Cancel appointment');
  await page.choose('Why is it cancelled?', 'Patient asked');

  await page.press('Cancel appointment');

  await waitFor(() => expect(page.changes()).toHaveLength(1));
  expect(JSON.parse(page.changes()[0]!.body).cancelationReason.coding[0].code).toBe('pat');
});

test('While one change is under way no other can be asked for', async () => {
  const { answer, end } = pending();
  page.answer('PUT /fhir/Appointment/a1', answer);
  show();

  await page.press('Check in');

  await waitFor(() => expect(screen.getByRole<HTMLButtonElement>('button', { name: 'No-show' }).disabled).toBe(true));
  for (const button of ['Check in', 'No-show', 'Cancel appointment']) await page.press(button);
  end(Response.json({ ...booked, status: 'arrived', meta: { versionId: '4' } }));
  await waitFor(() => expect(done).toBe(1));
  expect(page.changes()).toHaveLength(1);
});

test.each([409, 412])('The second to change an appointment is told so (%i), and sees what the first one did', async (status) => {
  const current = { ...booked, status: 'noshow', meta: { versionId: '4' } };
  page.answer('PUT /fhir/Appointment/a1', () => Response.json({}, { status }));
  page.answer('GET /fhir/Appointment/a1', () => Response.json(current));
  show();

  await page.press('Check in');

  const alert = await screen.findByRole('alert', { name: 'Not checked in' });
  expect(alert.textContent).toContain('Somebody else changed this appointment');
  await waitFor(() => expect(shown()).toEqual(current));
  expect(done).toBe(0);
});

test.each([
  [() => Response.json({}, { status: 403 }), 'Not marked as no-show', /not open to your role/],
  [() => Response.json({}, { status: 503 }), 'Not marked as no-show', /busy or being restarted/],
  [() => Response.json({}, { status: 500 }), 'Perhaps not marked as no-show', /Something went wrong on the server/],
  [() => Promise.reject(new TypeError('Failed to fetch')), 'Perhaps not marked as no-show', /may or may not have been saved/],
])('A change that fails is told with what is known of it, and shows nothing as changed: %#', async (answer, title, text) => {
  page.answer('PUT /fhir/Appointment/a1', answer);
  show();

  await page.press('No-show');

  expect((await screen.findByRole('alert', { name: title })).textContent).toMatch(text);
  expect(shown()).toEqual(booked);
  expect(done).toBe(0);
});
