// @vitest-environment jsdom
import { expect, test, vi } from 'vitest';
import { applyToAlerts, openAlertsQuery } from '../../src/alerts/openAlerts';
import { queryClient } from '../../src/shell/queryClient';
import { asServerTime, hearServerTime } from '../../src/time/serverTime';
import { FormPage, pending } from './formPage';

const page = FormPage.forEachTest();
const alert = (id: string) => ({ id, level: 1, state: 'raised', dueAt: '2026-11-27T09:10:00Z', owner: null });
const event = (name: string, data: object) => ({
  name, payload: { eventId: 'e', sequence: 1, occurredAt: '2026-11-27T09:00:00Z', patientId: 'p1', ...data },
});

test('A storm of events cancels no load, and what was told meanwhile is in its answer', async () => {
  const gate = pending();
  page.answer('GET /api/alerts', async (request) => {
    await gate.answer(request);
    return Response.json({ items: request.query.get('state') === 'raised' ? [alert('a1'), alert('a2')] : [], nextCursor: null });
  });
  const asked = () => page.sent.filter(({ path }) => path === '/api/alerts').length;
  const loading = queryClient.fetchQuery(openAlertsQuery);
  await vi.waitFor(() => expect(asked()).toBe(3));

  for (let time = 0; time < 20; time += 1) applyToAlerts(queryClient, event('alert:escalated', { alertId: 'a1' }));
  applyToAlerts(queryClient, event('alert:resolved', { alertId: 'a1' }));
  applyToAlerts(queryClient, event('critical_alert', alert('a3')));
  gate.end(new Response());
  await loading;

  expect(queryClient.getQueryData(openAlertsQuery.queryKey)?.map(({ id }) => id)).toEqual(['a2', 'a3']);
  expect(asked()).toBe(3);
});

test('The clock of an alert is set by the answers of the server', async () => {
  const headers = { Date: new Date(Date.now() + 600_000).toUTCString() };
  page.answer('GET /api/alerts', () => Response.json({ items: [], nextCursor: null }, { headers }));

  await queryClient.fetchQuery(openAlertsQuery);

  expect(Math.round((asServerTime(Date.now()) - Date.now()) / 60_000)).toBe(10);
  hearServerTime(new Date().toUTCString(), Date.now(), Date.now());
});
