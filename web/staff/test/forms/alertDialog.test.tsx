// @vitest-environment jsdom
import type { Alert } from '@vagus/client';
import { act, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { AlertDialog } from '../../src/alerts/AlertDialog';
import { openAlertsQuery } from '../../src/alerts/openAlerts';
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
