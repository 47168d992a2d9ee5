// @vitest-environment jsdom
import type { Alert } from '@vagus/client';
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { useState, type ReactElement } from 'react';
import { expect, test, vi } from 'vitest';
import { SearchServer } from '../../client/test/searchServer';
import {
  CriticalAlertBar,
  RealtimeIndicator,
  RealTimeNotifications,
  RealTimeOrderStatus,
  RealTimeResultsIndicator,
  RealtimeWrapper,
  UpdateHighlight,
} from '../src/index';
import { appointment, LivePage } from './page';

interface Item {
  readonly id: string;
  readonly status: string;
  readonly patientName: string | null;
}

const page = LivePage.forEachTest();
const person = userEvent.setup({ delay: null });
const alert: Alert = {
  id: 'a1', type: 'critical_lab_value', priority: 'urgent', title: 'CRITICAL LAB VALUE', message: 'CRITICAL: Potassium = 6.5 mmol/L',
  patientId: 'p1', patientName: 'Kenji Chen', details: null, requiresAcknowledgment: true,
  owner: { userId: 'u1', name: 'Maya Okafor', role: 'provider' }, level: 1, state: 'raised',
  dueAt: new Date(Date.now() + 420_000).toISOString(),
};
const notification = {
  id: 'n1', type: 'lab_result_available', priority: 'normal', title: 'Lab Results Available', message: 'Basic metabolic panel',
  patientId: 'p1', reportId: 'r1', action: { type: 'view_lab_result', url: '/patients/p1/labs/r1' }, createdAt: '', seenAt: null,
  readAt: null,
};

function serveAlerts(...alerts: readonly Alert[]): void {
  page.server.answers.set('GET /api/alerts', (query) => ({
    items: alerts.filter(({ state }) => state === query.get('state')), nextCursor: null,
  }));
}

function serveNotifications(): void {
  page.server.answers.set('GET /api/notifications', () => ({ items: [notification], unreadCount: 1, unseenCount: 1, nextCursor: null }));
  for (const path of ['seen', 'read-all', 'n1/read']) page.server.answers.set(`POST /api/notifications/${path}`, () => ({}));
}

function Board({ accepts }: { readonly accepts?: (item: Item) => boolean }): ReactElement {
  const [items, setItems] = useState<Item[]>([{ id: 'a1', status: 'booked', patientName: 'Kenji Chen' }]);
  const more = accepts ? { accepts } : {};
  return (
    <RealtimeWrapper
      items={items}
      setItems={setItems}
      eventType="appointment"
      renderItem={({ id, status, patientName }) => <p>{`${id} ${status} ${patientName}`}</p>}
      showIndicator
      showToasts
      {...more}
    />
  );
}

test('RealtimeWrapper takes what is new, what changed, and nothing older than what it has', async () => {
  page.show(<Board />);
  expect(await screen.findByText('Live')).toBeTruthy();

  act(() => page.tell('appointment:created', appointment('a2', '1')));
  expect(await screen.findByText('a2 booked Kenji Chen')).toBeTruthy();
  act(() => page.tell('appointment:checkedin', appointment('a1', '3', { status: 'arrived', patientName: null })));
  expect(await screen.findByText('a1 arrived Kenji Chen')).toBeTruthy();
  act(() => page.tell('appointment:updated', appointment('a1', '2', { status: 'booked' })));
  act(() => page.tell('appointment:updated', appointment('elsewhere', '2')));
  act(() => page.tell('appointment:cancelled', appointment('a2', '2', { status: 'cancelled' })));

  expect(await screen.findByText('a2 cancelled Kenji Chen')).toBeTruthy();
  expect(screen.getByText('a1 arrived Kenji Chen')).toBeTruthy();
  expect(screen.queryByText(/elsewhere/)).toBeNull();
  expect(screen.getByText('Appointment cancelled: Kenji Chen')).toBeTruthy();
  await waitFor(() => expect(screen.getByText('a1 arrived Kenji Chen').parentElement!.dataset['highlighted']).toBe('true'));
});

test('RealtimeWrapper leaves out what does not belong into its list', async () => {
  page.show(<Board accepts={({ status }) => status === 'arrived'} />);
  await page.live();

  act(() => page.tell('appointment:created', appointment('a2', '1')));
  act(() => page.tell('appointment:created', appointment('a3', '1', { status: 'arrived' })));

  expect(await screen.findByText('a3 arrived Kenji Chen')).toBeTruthy();
  expect(screen.queryByText(/^a2/)).toBeNull();
});

test('RealtimeWrapper asks for its items again once it is live, and after a gap', async () => {
  const reload = vi.fn();
  const nothing = { items: [] as Item[], setItems: () => {}, renderItem: () => null };
  page.show(<RealtimeWrapper {...nothing} eventType={['appointment', 'encounter']} reload={reload} />);
  await page.live();
  await waitFor(() => expect(reload).toHaveBeenCalledTimes(1));

  page.server.emit('gap', { from: 1, to: 9 });

  await waitFor(() => expect(reload).toHaveBeenCalledTimes(2));
});

test('UpdateHighlight shows a burst of changes once and fades; the first content is no change', () => {
  vi.useFakeTimers();
  const content = (key: number) => page.wrap(<UpdateHighlight updateKey={key}>Heart rate</UpdateHighlight>);
  const shown = page.show(<UpdateHighlight updateKey={1}>Heart rate</UpdateHighlight>);
  const isHighlighted = () => screen.getByText('Heart rate').dataset['highlighted'] === 'true';
  act(() => vi.advanceTimersByTime(5_000));
  expect(isHighlighted()).toBe(false);

  for (const key of [2, 3, 4]) {
    shown.rerender(content(key));
    act(() => vi.advanceTimersByTime(200));
    expect(isHighlighted()).toBe(false);
  }
  act(() => vi.advanceTimersByTime(150));
  expect(isHighlighted()).toBe(true);
  act(() => vi.advanceTimersByTime(2_600));

  expect(isHighlighted()).toBe(false);
  vi.useRealTimers();
});

test('RealtimeIndicator says live and reconnecting in words', async () => {
  page.show(<RealtimeIndicator />);

  expect(await screen.findByText('Live')).toBeTruthy();
  page.server.dropTransports();
  expect(await screen.findByText('Reconnecting…')).toBeTruthy();
});

test('The bell counts what is new, opens, tells what was seen and read, and closes by Escape with the focus back', async () => {
  serveNotifications();
  const opened = vi.fn();
  page.show(<RealTimeNotifications onOpen={opened} />);
  const bell = await screen.findByRole('button', { name: 'Notifications, 1 new' });
  await page.live();
  act(() => page.tell('notification', { ...notification, id: 'n2', title: 'Radiology Report Available' }));
  await screen.findByRole('button', { name: 'Notifications, 2 new' });

  await person.click(bell);
  await screen.findByRole('button', { name: 'Notifications' });
  expect(page.server.requests).toContain('POST /api/notifications/seen');
  await person.keyboard('{Escape}');
  expect(document.activeElement).toBe(bell);
  expect(bell.getAttribute('aria-expanded')).toBe('false');
  await person.click(bell);
  await person.click(await screen.findByRole('button', { name: /Lab Results Available/ }));

  expect(opened).toHaveBeenCalledWith(expect.objectContaining({ id: 'n1' }));
  await waitFor(() => expect(page.server.requests).toContain('POST /api/notifications/n1/read'));
});

test('The alert bar names value, patient, owner and time, and acknowledges with the read-back', async () => {
  const resource = 'Observation/1/_history/1';
  serveAlerts({ ...alert, resource }, { ...alert, id: 'a2', dueAt: null, resource });
  const asked: unknown[] = [];
  const acknowledged = { ok: true, alertId: 'a1', state: 'acknowledged', by: 'u1', at: '2026-11-27T09:00:00Z', dueAt: alert.dueAt };
  page.server.commands.set('acknowledge', (body) => {
    asked.push(body);
    const error = { code: 'read_back_differs', message: 'The read-back differs.' };
    return asked.length === 1 ? { ok: false, error } : acknowledged;
  });
  page.server.answers.set('POST /api/alerts/a1/resolve', () => ({ ...alert, state: 'resolved' }));
  page.show(<CriticalAlertBar />);
  await page.live();
  const bar = await screen.findByRole('region', { name: 'Critical alert' });
  for (const text of [/Potassium = 6.5/, 'Kenji Chen', 'for Maya Okafor', /^[67] min left$/, '1 of 2']) within(bar).getByText(text);

  await person.click(within(bar).getByRole('button', { name: 'Acknowledge…' }));
  await person.type(screen.getByLabelText('Read back the value'), '5.6');
  await person.click(screen.getByRole('button', { name: 'Acknowledge' }));
  await screen.findByText('This does not name the value. Read it again.');
  await person.clear(screen.getByLabelText('Read back the value'));
  await person.type(screen.getByLabelText('Read back the value'), '6.5{Enter}');
  await person.click(await screen.findByRole('button', { name: 'Record action…' }));
  await person.selectOptions(screen.getByLabelText('What was done'), 'Ordered');
  await person.click(screen.getByRole('button', { name: 'Record' }));

  await waitFor(() => expect(screen.queryByText('1 of 2')).toBeNull());
  expect(asked).toEqual([{ alertId: 'a1', readBack: '5.6', resource }, { alertId: 'a1', readBack: '6.5', resource }]);
});

test('Every alert is reached, one that comes pushes none away, and what was typed for one is still there', async () => {
  serveAlerts(alert, { ...alert, id: 'a2', patientName: 'Ana Ruiz', dueAt: null });
  page.show(<CriticalAlertBar />);
  await page.live();
  const bar = await screen.findByRole('region', { name: 'Critical alert' });

  await person.click(within(bar).getByRole('button', { name: 'Next' }));
  within(bar).getByText('Ana Ruiz');
  await person.click(within(bar).getByRole('button', { name: 'Acknowledge…' }));
  await person.type(screen.getByLabelText('Read back the value'), '6.');
  const dueAt = new Date(Date.now() + 60_000).toISOString();
  act(() => page.tell('critical_alert', { ...alert, id: 'a3', patientName: 'Kim Lee', dueAt }));
  await within(bar).findByText('3 of 3');
  within(bar).getByText('Ana Ruiz');
  await person.click(within(bar).getByRole('button', { name: 'Next' }));
  within(bar).getByText('Kim Lee');
  await person.click(within(bar).getByRole('button', { name: 'Previous' }));

  expect(screen.getByLabelText<HTMLInputElement>('Read back the value').value).toBe('6.');
  act(() => page.tell('alert:resolved', { alertId: 'a2' }));
  await screen.findByText(/What you typed was not sent/);
});

test('A value that is corrected in the moment in which it is acknowledged is shown, and asks for the read-back again', async () => {
  const [read, now] = ['Observation/1/_history/1', 'Observation/1/_history/2'];
  serveAlerts({ ...alert, resource: read });
  const asked: unknown[] = [];
  const acknowledged = { ok: true, alertId: 'a1', state: 'acknowledged', by: 'u1', at: '2026-11-27T09:00:00Z', dueAt: alert.dueAt };
  page.server.commands.set('acknowledge', (body) => {
    asked.push(body);
    serveAlerts({ ...alert, resource: now, message: 'CRITICAL: Potassium = 6.9 mmol/L' });
    return asked.length === 1 ? { ok: false, error: { code: 'alert_changed', message: '' } } : acknowledged;
  });
  page.show(<CriticalAlertBar />);
  await page.live();
  await person.click(await screen.findByRole('button', { name: 'Acknowledge…' }));
  await person.type(screen.getByLabelText('Read back the value'), '6.5{Enter}');

  await screen.findByText(/The value changed: CRITICAL: Potassium = 6.9/);
  expect(screen.queryByLabelText('Read back the value')).toBeNull();
  await person.click(screen.getByRole('button', { name: 'Go on with this value' }));
  expect(screen.getByLabelText<HTMLInputElement>('Read back the value').value).toBe('');
  await person.type(screen.getByLabelText('Read back the value'), '6.9{Enter}');

  await screen.findByRole('button', { name: 'Record action…' });
  expect(asked).toEqual([{ alertId: 'a1', readBack: '6.5', resource: read }, { alertId: 'a1', readBack: '6.9', resource: now }]);
});

test('The record of an alert that was told live is read when its form is opened, and named in the answer', async () => {
  serveAlerts();
  const asked: unknown[] = [];
  page.server.commands.set('acknowledge', (body) => {
    asked.push(body);
    return { ok: true, alertId: 'a1', state: 'acknowledged', by: 'u1', at: '2026-11-27T09:00:00Z', dueAt: alert.dueAt };
  });
  page.show(<CriticalAlertBar />);
  await page.live();
  await waitFor(() => expect(page.server.requests.some((each) => each.startsWith('GET /api/alerts'))).toBe(true));
  act(() => page.tell('critical_alert', { ...alert, patientName: null }));
  const resource = 'Observation/1/_history/1';
  serveAlerts({ ...alert, resource });

  await person.click(await screen.findByRole('button', { name: 'Acknowledge…' }));
  await screen.findByText('Kenji Chen');
  await person.type(screen.getByLabelText('Read back the value'), '6.5{Enter}');

  await screen.findByRole('button', { name: 'Record action…' });
  expect(asked).toEqual([{ alertId: 'a1', readBack: '6.5', resource }]);
});

test('What was done names the version of the record that was read, and the form goes where the value changes', async () => {
  const acting: Alert = { ...alert, state: 'acknowledged', resource: 'Observation/1/_history/1' };
  serveAlerts(acting);
  const bodies: unknown[] = [];
  page.server.answers.set('POST /api/alerts/a1/resolve', (_, body) => {
    bodies.push(body);
    return 409;
  });
  page.show(<CriticalAlertBar />);
  await page.live();
  await person.click(await screen.findByRole('button', { name: 'Record action…' }));
  await person.click(screen.getByRole('button', { name: 'Record' }));
  await waitFor(() => expect(bodies).toEqual([{ action: 'treated', resource: 'Observation/1/_history/1' }]));
  const now: Alert = { ...alert, message: 'CRITICAL: Potassium = 6.9 mmol/L' };
  serveAlerts({ ...now, resource: 'Observation/1/_history/2' });
  act(() => page.tell('critical_alert', now));

  await screen.findByText(/The value changed: CRITICAL: Potassium = 6.9/);
  expect(screen.queryByRole('button', { name: 'Record' })).toBeNull();
});

test('An acknowledgement that did not arrive is tried again with what was typed', async () => {
  serveAlerts(alert);
  page.server.commands.set('acknowledge', () => ({ ok: false, error: { code: 'no_answer', message: '' } }));
  page.show(<CriticalAlertBar />);
  await page.live();
  await person.click(await screen.findByRole('button', { name: 'Acknowledge…' }));
  await person.type(screen.getByLabelText('Read back the value'), '6.5{Enter}');
  const again = await screen.findByRole('button', { name: 'Try again' });
  const acknowledged = { ok: true, alertId: 'a1', state: 'acknowledged', by: 'u1', at: '2026-11-27T09:00:00Z', dueAt: alert.dueAt };
  page.server.commands.set('acknowledge', (body) => ((body as { readBack?: string }).readBack === '6.5' ? acknowledged : { ok: false }));

  await person.click(again);

  await screen.findByRole('button', { name: 'Record action…' });
});

test('The bar says that the connection is lost and since when, through all that it tries, and no longer once it is back', async () => {
  serveAlerts();
  page.show(<CriticalAlertBar />);
  await page.live();
  expect(screen.queryByText(/connection is lost/)).toBeNull();

  const before = Date.now();
  page.server.dropTransports();

  const said = await screen.findByText(/The connection is lost since/);
  const times = [before, Date.now()].map((at) => new Date(at).toLocaleTimeString(undefined, { timeStyle: 'short' }));
  expect(times.some((time) => said.textContent?.includes(time))).toBe(true);
  await page.live();
  await waitFor(() => expect(screen.queryByText(/connection is lost/)).toBeNull());
});

test('Alerts that cannot be loaded are loaded again by a press', async () => {
  page.show(<CriticalAlertBar />);
  await page.live();
  await screen.findByText(/Critical alerts could not be loaded/);
  serveAlerts(alert);

  await person.click(screen.getByRole('button', { name: 'Load now' }));

  await screen.findByRole('region', { name: 'Critical alert' });
  expect(screen.queryByText(/could not be loaded/)).toBeNull();
});

test('Without an alert there is no bar', async () => {
  serveAlerts();
  page.show(<CriticalAlertBar />);
  await page.live();
  await waitFor(() => expect(page.server.requests).toHaveLength(3));

  expect(screen.queryByRole('region', { name: 'Critical alert' })).toBeNull();
});

test('The results of one patient are counted, a critical value makes them urgent, and a press begins anew', async () => {
  const opened = vi.fn();
  page.show(<RealTimeResultsIndicator patientId="p1" onOpen={opened} />);
  await page.live();

  act(() => page.tell('lab:result_available', { patientId: 'p2' }));
  act(() => page.tell('lab:result_available', {}));
  act(() => page.tell('radiology:report_finalized', {}));
  await screen.findByRole('button', { name: '2 new results' });
  act(() => page.tell('lab:critical_alert', {}));
  await person.click(await screen.findByRole('button', { name: '2 new results, critical' }));

  expect(opened.mock.calls[0]![0]).toHaveLength(3);
  expect(screen.queryByRole('button')).toBeNull();
});

test('The state of an order is the open search\'s, in words', async () => {
  const searches = new SearchServer(page.server);
  const order = (status: string) => ({ resourceType: 'ServiceRequest', id: 'o1', status });
  searches.page = [order('active')];
  page.show(<RealTimeOrderStatus orderId="o1" />);
  await screen.findByText('Ordered');
  expect(searches.asked[0]!.search).toBe('ServiceRequest?_id=o1');

  act(() => searches.change('update', order('completed')));

  await screen.findByText('Completed');
});

test('Nothing of it offends the rules of accessibility, closed and open', async () => {
  serveAlerts(alert);
  serveNotifications();
  new SearchServer(page.server).page = [{ resourceType: 'ServiceRequest', id: 'o1', status: 'active' }];
  page.show(
    <main>
      <h1>Today</h1>
      <CriticalAlertBar onOpenChart={() => {}} />
      <RealTimeNotifications />
      <RealTimeResultsIndicator />
      <RealTimeOrderStatus orderId="o1" />
      <Board />
    </main>,
  );
  await screen.findByText('Ordered');
  await page.live();
  act(() => page.tell('lab:result_available', {}));
  act(() => page.tell('appointment:created', appointment('a2', '1')));
  await screen.findByRole('button', { name: '1 new result' });
  await screen.findByRole('button', { name: 'Acknowledge…' });
  await screen.findByRole('button', { name: 'Notifications, 1 new' });
  // Colours are the browser's: jsdom has no layout.
  const options = { rules: { 'color-contrast': { enabled: false } } };
  const offences = async () => (await axe.run(document.body, options)).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  expect(await offences()).toEqual([]);

  await person.click(screen.getByRole('button', { name: 'Acknowledge…' }));
  await person.click(screen.getByRole('button', { name: /^Notifications/ }));

  expect(await offences()).toEqual([]);
});
