// @vitest-environment jsdom
import type { Alert } from '@vagus/client';
import { act, cleanup, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { AlertDialog } from '../../src/alerts/AlertDialog';
import { openAlertsQuery } from '../../src/alerts/openAlerts';
import { meQuery } from '../../src/data/session/permissions';
import { queryClient } from '../../src/shell/queryClient';
import { FormPage } from './formPage';

const page = FormPage.forEachTest();

function alertOf(changes: Partial<Alert>): Alert {
  return {
    id: 'alert-1', type: 'critical_lab', priority: 'critical', title: 'Critical value', message: 'CRITICAL: Potassium 6.9 mmol/L',
    patientId: null, patientName: 'Ana Ruiz', details: null, requiresAcknowledgment: true, level: 1, dueAt: null, state: 'raised',
    owner: { userId: 'user-1', name: 'Kim Osei', role: 'nurse' }, raisedAt: '2026-11-27T14:00:00Z', ...changes,
  };
}

function open(alert: Alert): void {
  page.answer('GET /api/alerts', () => Response.json({ items: [], nextCursor: null }));
  page.answer('POST /api/alerts/alert-1/acknowledge', () => Response.json({ ...alert, state: 'acknowledged' }));
  page.answer('POST /api/alerts/alert-1/resolve', () => Response.json({ ...alert, state: 'resolved' }));
  queryClient.setQueryData(openAlertsQuery.queryKey, [alert]);
  page.show(<AlertDialog alert={alert} onClose={() => {}} />);
}

test('A value that is corrected while the dialog is open is shown, and asks for the read-back again', async () => {
  open(alertOf({}));
  await page.person.type(await screen.findByRole('textbox', { name: 'Read back the value' }), '6.9');

  await act(async () => void queryClient.setQueryData(openAlertsQuery.queryKey, [alertOf({ message: 'CRITICAL: Potassium 7.4 mmol/L' })]));

  await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('The value changed: Potassium 7.4 mmol/L'));
  expect(screen.queryByRole('button', { name: 'Acknowledge' })).toBeNull();
  await page.press('Go on with this value');
  expect((await screen.findByRole<HTMLInputElement>('textbox', { name: 'Read back the value' })).value).toBe('');
  expect(screen.queryByRole('alert')).toBeNull();
});

const readVersion = 'Observation/1/_history/1';
const phone = { phoneTask: true, resource: readVersion } as const;
const sentTo = (place: string) =>
  page.sent.filter(({ method, path }) => method === 'POST' && path.endsWith(`/${place}`)).map(({ body }) => JSON.parse(body));

async function recordCall(): Promise<void> {
  await page.press('Record a telephone call…');
  await page.person.type(await screen.findByRole('textbox', { name: 'Whom did you call?' }), 'Dr. Lee');
}

test('Each answer names the version of the record that was read, and handing on does not', async () => {
  const raised = alertOf({ ...phone });
  open(raised);
  page.answer('POST /api/alerts/alert-1/calls', () => Response.json(raised));
  page.answer('POST /api/alerts/alert-1/delegate', () => Response.json(raised));
  const grace = { kind: 'person', userId: 'user-2', name: 'Grace Mbeki', role: 'nurse' };
  page.answer('GET /api/messages/recipients', () => Response.json({ items: [grace] }));
  await recordCall();
  await page.press('Record the call');
  await waitFor(() => expect(sentTo('calls')).toEqual([{ called: 'Dr. Lee', reached: false, resource: readVersion }]));

  await page.press('Hand to a colleague…');
  await page.choose('Colleague', /Grace Mbeki/);
  await page.press('Hand on');
  await waitFor(() => expect(sentTo('delegate')).toEqual([{ to: 'user-2' }]));
});

test('An acknowledgement and what was done name the version of the record that was read', async () => {
  open(alertOf({ resource: readVersion }));
  await page.person.type(await screen.findByRole('textbox', { name: 'Read back the value' }), '6.9{Enter}');
  await waitFor(() => expect(sentTo('acknowledge')).toEqual([{ readBack: '6.9', resource: readVersion }]));
  cleanup();

  open(alertOf({ resource: readVersion, state: 'acknowledged' }));
  await page.choose('What was done?', 'Treated');
  await page.press('Record and settle');
  await waitFor(() => expect(sentTo('resolve')).toEqual([{ action: 'treated', resource: readVersion }]));
});

test('A value that changed in the moment of the answer is loaded and shown, and the answer is asked for again', async () => {
  const serve = (alert: Alert) =>
    page.answer('GET /api/alerts', ({ query }) =>
      Response.json({ items: query.get('state') === alert.state ? [alert] : [], nextCursor: null }));
  const read = alertOf({ resource: readVersion });
  open(read);
  // Those who may read Conditions answer alerts: theirs are loaded.
  page.answer('GET /api/auth/me', () => Response.json({ permissions: { Condition: ['read'] } }));
  serve(read);
  await act(() => queryClient.invalidateQueries({ queryKey: meQuery.queryKey }));
  const now = alertOf({ message: 'CRITICAL: Potassium 7.4 mmol/L', resource: 'Observation/1/_history/2' });
  page.answer('POST /api/alerts/alert-1/acknowledge', () => {
    serve(now);
    return Response.json({ code: 'alert_changed', title: 'x' }, { status: 409 });
  });
  await page.person.type(await screen.findByRole('textbox', { name: 'Read back the value' }), '6.9{Enter}');

  await screen.findByText('Potassium 7.4 mmol/L', { selector: '[role=alert] strong' });
  await page.press('Go on with this value');

  expect((await screen.findByRole<HTMLInputElement>('textbox', { name: 'Read back the value' })).value).toBe('');
  expect(screen.queryByRole('alert')).toBeNull();
});

test('A call is not recorded for a value that was corrected meanwhile', async () => {
  open(alertOf({ ...phone }));
  await recordCall();

  const now = alertOf({ ...phone, message: 'CRITICAL: Potassium 7.4 mmol/L', resource: 'Observation/1/_history/2' });
  await act(async () => void queryClient.setQueryData(openAlertsQuery.queryKey, [now]));

  await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('The value changed: Potassium 7.4 mmol/L'));
  expect(screen.queryByRole('button', { name: 'Record the call' })).toBeNull();
  await page.press('Go on with this value');
  expect((await screen.findByRole<HTMLInputElement>('textbox', { name: 'Whom did you call?' })).value).toBe('');
});

test('Nothing is chosen of what was done, and nothing is recorded without a choice', async () => {
  open(alertOf({ state: 'acknowledged' }));
  expect((await screen.findByRole<HTMLInputElement>('combobox', { name: 'What was done?' })).value).toBe('');

  await page.press('Record and settle');

  await screen.findByText(/Choose what was done/);
  expect(page.changes()).toEqual([]);
});

test('The action is chosen and recorded with the keyboard alone', async () => {
  open(alertOf({ state: 'acknowledged' }));
  (await screen.findByRole('combobox', { name: 'What was done?' })).focus();

  await page.person.keyboard('{ArrowDown}');
  await waitFor(() => expect(screen.getByRole('option', { name: 'Treated' }).dataset['comboboxSelected']).toBe('true'));
  await page.person.keyboard('{Enter}');

  expect(screen.getByRole<HTMLInputElement>('combobox', { name: 'What was done?' }).value).toBe('Treated');
  await page.press('Record and settle');
  await waitFor(() => expect(page.changes().map(({ body }) => JSON.parse(body).action)).toEqual(['treated']));
});
