// @vitest-environment jsdom
import type { FhirResource } from '@vagus/client';
import { act, screen, waitFor } from '@testing-library/react';
import type { ReactElement } from 'react';
import { expect, test, vi } from 'vitest';
import { eventually } from '../../client/test/eventually';
import { SearchServer } from '../../client/test/searchServer';
import {
  useAppointmentUpdates,
  useBillingUpdates,
  useBiopsyUpdates,
  useClinicalEvents,
  useConnection,
  useCriticalAlerts,
  useEncounterUpdates,
  useEvents,
  useLiveSearch,
  useMessages,
  useNotifications,
  useOutbox,
  usePresence,
  useReload,
  useUnreadCount,
} from '../src/index';
import { appointment, LivePage } from './page';

const page = LivePage.forEachTest();

test('In StrictMode one event is one call, with the type of its name', async () => {
  const values: (number | null)[] = [];
  function Values(): null {
    useClinicalEvents('lab:critical_alert', ({ value }) => void values.push(value));
    useClinicalEvents('lab.critical.alert', ({ value }) => void values.push(value));
    return null;
  }
  page.show(<Values />);
  await page.live();

  page.tell('lab:critical_alert', { value: 6.5 });
  page.tell('lab:result_available', { value: 1 });

  await eventually(() => values.length > 0, 'the event');
  expect(values).toEqual([6.5, 6.5]);
});

test('The handler of the last rendering is called, without a new listener for it', async () => {
  const calls: string[] = [];
  function Named({ name }: { name: string }): null {
    useClinicalEvents('patient:created', () => void calls.push(name));
    return null;
  }
  const shown = page.show(<Named name="first" />);
  await page.live();
  const { begun } = page.connection;

  shown.rerender(page.wrap(<Named name="second" />));
  page.tell('patient:created', {});

  await eventually(() => calls.length > 0, 'the event');
  expect(calls).toEqual(['second']);
  expect(page.connection.begun).toBe(begun);
});

test('Each domain hook calls the handler that belongs to the event, and only for its patient', async () => {
  const calls: string[] = [];
  const note = (name: string) => () => void calls.push(name);
  function Everything(): null {
    useAppointmentUpdates({ onAppointmentCreated: note('created'), onAppointmentCancelled: note('cancelled'), patientId: 'p1' });
    useEncounterUpdates({ onEncounterCreated: note('started'), onVitalsRecorded: note('vitals') });
    useBillingUpdates({ onClaimDenied: note('denied'), onPriorAuthApproved: note('approved'), onBalanceChanged: note('balance') });
    useBiopsyUpdates({ onBiopsyResultReceived: note('biopsy') });
    return null;
  }
  page.show(<Everything />);
  await page.live();

  page.tell('appointment:created', appointment('a1', '1'));
  page.tell('appointment:created', { ...appointment('a2', '1'), patientId: 'p2' });
  const names = [
    'appointment:cancelled', 'encounter:created', 'encounter:vitals_recorded', 'claim:denied', 'prior_auth:approved',
    'patient:balance_changed', 'biopsy:result_received',
  ];
  for (const name of names) page.tell(name, {});

  await eventually(() => calls.length === 8, 'the events');
  expect(calls).toEqual(['created', 'cancelled', 'started', 'vitals', 'denied', 'approved', 'balance', 'biopsy']);
});

test('With showToasts an update is said with the patient it is about, once for all components', async () => {
  function Board(): null {
    useAppointmentUpdates({ showToasts: true });
    return null;
  }
  page.show(
    <>
      <Board />
      <Board />
    </>,
  );
  await page.live();

  act(() => page.tell('appointment:created', appointment('a1', '1')));
  await screen.findByText('Appointment booked: Kenji Chen');
  act(() => page.tell('appointment:cancelled', appointment('a1', '2')));
  await screen.findByText('Appointment cancelled: Kenji Chen');

  expect(screen.getAllByText(/Kenji Chen/)).toHaveLength(2);
});

test('The connection is told as it is', async () => {
  function Status(): ReactElement {
    const { status, connected } = useConnection();
    return <p>{`${status} ${connected}`}</p>;
  }
  page.show(<Status />);

  expect(await screen.findByText('live true')).toBeTruthy();
  page.server.dropTransports();
  expect(await screen.findByText('reconnecting false')).toBeTruthy();
});

test('A live search shows its list and follows it; StrictMode opens it once', async () => {
  const searches = new SearchServer(page.server);
  const resource = (id: string): FhirResource => ({ resourceType: 'Appointment', id, status: 'booked' });
  searches.page = [resource('a1')];
  function List(): ReactElement {
    const { resources, live } = useLiveSearch('Appointment?date=2026-11-26');
    return <p>{`${resources.map(({ id }) => id).join(' ')} ${live}`}</p>;
  }
  const shown = page.show(<List />);
  expect(await screen.findByText('a1 true')).toBeTruthy();

  act(() => searches.change('enter', resource('a2')));

  expect(await screen.findByText('a1 a2 true')).toBeTruthy();
  expect(searches.asked).toHaveLength(1);
  shown.unmount();
  await eventually(() => searches.ended.length === 1, 'the end of the search');
});

test('Messages are shown, sent and counted', async () => {
  const first = page.messages.message();
  page.server.answers.set('GET /api/messages/conversation', () => ({ items: [first], nextCursor: null }));
  page.server.answers.set('GET /api/patient-messages/unread-count', () => ({ count: 4, byCategory: {} }));
  function Talk(): ReactElement {
    const { messages, send } = useMessages({ userId: 'pharmacy-1' });
    const { count } = useUnreadCount();
    return (
      <>
        <p>{messages.map(({ content }) => content).join(' | ')}</p>
        <p>{`${count} unread`}</p>
        <button type="button" onClick={() => void send('Thank you')}>
          Send
        </button>
      </>
    );
  }
  page.show(<Talk />);
  expect(await screen.findByText('Text of m1')).toBeTruthy();
  expect(await screen.findByText('4 unread')).toBeTruthy();
  await eventually(() => page.messaging.state.status === 'live', 'the line');

  act(() => screen.getByText('Send').click());

  expect(await screen.findByText('Text of m1 | Thank you')).toBeTruthy();
  expect(page.messages.received).toHaveLength(1);
});

test('Presence tells who is there and ends with the component', async () => {
  const views: unknown[] = [];
  const viewers = [{ userId: 'u2', name: 'Kim Osei', mode: 'editing', since: '' }];
  page.server.commands.set('view', (body) => {
    views.push(body);
    return { ok: true, leaseSeconds: 30, viewers };
  });
  function Viewers(): ReactElement {
    return <p>{usePresence('Appointment/12', { mode: 'editing' }).viewers.map(({ name }) => name).join()}</p>;
  }
  const shown = page.show(<Viewers />);
  expect(await screen.findByText('Kim Osei')).toBeTruthy();

  shown.unmount();

  await eventually(() => views.length > 1, 'the end');
  expect(views.at(-1)).toEqual({ resource: 'Appointment/12', mode: null });
});

test('Nobody is shown to be there while the line is interrupted: who leaves then is not told', async () => {
  const viewers = [{ userId: 'u2', role: 'nurse', name: 'Kim Osei', mode: 'viewing', since: '' }];
  page.server.commands.set('view', () => ({ ok: true, leaseSeconds: 30, viewers }));
  function Viewers(): ReactElement {
    return <p>{`there: ${usePresence('Appointment/12').viewers.map(({ name }) => name).join()}`}</p>;
  }
  page.show(<Viewers />);
  await screen.findByText('there: Kim Osei');

  page.server.dropTransports();

  await screen.findByText('there:');
  await screen.findByText('there: Kim Osei');
});

test('Mounted and unmounted 1,000 times, no listener is left and no event is heard twice', async () => {
  const heard = vi.fn();
  const added = vi.spyOn(globalThis, 'addEventListener');
  const removed = vi.spyOn(globalThis, 'removeEventListener');
  function Everything(): null {
    useConnection();
    useClinicalEvents('patient:created', heard);
    useEvents(() => undefined);
    useReload(() => undefined);
    useAppointmentUpdates({ onAppointmentCreated: heard });
    useEncounterUpdates({ onEncounterCreated: heard });
    useBillingUpdates({ onClaimPaid: heard });
    useBiopsyUpdates({ onBiopsyReviewed: heard });
    useCriticalAlerts();
    useNotifications();
    useLiveSearch('Appointment?date=2026-11-26');
    useMessages({ userId: 'pharmacy-1' });
    useUnreadCount();
    usePresence('Appointment/12');
    useOutbox(heard);
    return null;
  }
  const release = page.connection.hold();
  await page.live();
  const before = page.connection.listening;
  const shown = page.show(null);

  for (let times = 0; times < 1_000; times++) {
    shown.rerender(page.wrap(<Everything />));
    shown.rerender(page.wrap(null));
    // What has left ends in its next turn.
    if (times % 20 === 0) await act(() => new Promise((resolve) => setTimeout(resolve, 0)));
  }
  await act(() => new Promise((resolve) => setTimeout(resolve, 0)));

  expect(page.connection.begun).toBeGreaterThan(10_000);
  expect(page.connection.listening).toBe(before);
  shown.rerender(page.wrap(<Everything />));
  const names = ['patient:created', 'appointment:created', 'encounter:created', 'claim:paid', 'biopsy:reviewed'];
  for (const [at, name] of names.entries()) {
    page.tell(name, {});
    await waitFor(() => expect(heard).toHaveBeenCalledTimes(at + 1));
  }
  shown.unmount();
  release();
  await eventually(() => page.connection.state.status === 'idle' && page.messaging.state.status === 'idle', 'the lines to close');
  const isGone = (type: string, listener: unknown) => removed.mock.calls.some(([one, other]) => one === type && other === listener);
  const stayed = added.mock.calls.filter(([type, listener]) => !isGone(type, listener));
  expect(stayed.filter(([type]) => type === 'online' || type === 'offline')).toEqual([]);
  vi.restoreAllMocks();
}, 120_000);
