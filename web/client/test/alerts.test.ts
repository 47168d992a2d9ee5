import { beforeEach, describe, expect, test } from 'vitest';
import { NotificationList, OpenAlerts, showsOtherValue, viewResource, type Alert, type Notification, type Viewer } from '../src/index';
import { eventually } from './eventually';
import { LiveClient } from './liveClient';

const client = LiveClient.forEachTest();
const me = { userId: 'u1', name: 'Maya Okafor', role: 'provider' };
let stamp = 0;

beforeEach(() => {
  stamp = 0;
});

function alert(id: string, more: Partial<Alert> = {}): Alert {
  return {
    id, type: 'critical_lab_value', priority: 'urgent', title: 'CRITICAL LAB VALUE', message: 'CRITICAL: Potassium = 6.5 mmol/L',
    patientId: 'p1', patientName: 'Kenji Chen', details: null, requiresAcknowledgment: true, owner: me, level: 1,
    dueAt: '2026-11-27T09:10:00Z', state: 'raised', ...more,
  };
}

function tell(name: string, payload: object): void {
  stamp += 1;
  client.server.log.push({ name, sequence: stamp });
  client.server.emit(name, { ...payload, eventId: `e${stamp}`, sequence: stamp, occurredAt: '2026-11-27T09:00:00Z', patientId: 'p1' });
}

function serve(alerts: readonly Alert[]): void {
  client.server.answers.set('GET /api/alerts', (query) => ({
    items: query.get('owner') === 'me' ? alerts.filter(({ state }) => state === query.get('state')) : [], nextCursor: null,
  }));
}

async function opened(alerts: readonly Alert[]): Promise<OpenAlerts> {
  serve(alerts);
  const open = new OpenAlerts({ session: client.server.session, connection: client.connect() });
  open.watch(() => {});
  await client.live();
  await eventually(() => open.state.status === 'ready', 'the list');
  return open;
}

function item(id: string): Notification {
  return {
    id, type: 'message_unread', priority: 'normal', title: 'Not read', message: 'CBC', patientId: null, reportId: null, action: null,
    createdAt: '', seenAt: null, readAt: null,
  };
}

const ids = (open: OpenAlerts) => open.state.alerts.map(({ id }) => id);

test('The open alerts are read, the earliest deadline first, and a new one comes by itself', async () => {
  const late = alert('late', { dueAt: '2026-11-27T09:30:00Z' });
  const open = await opened([alert('never', { dueAt: null }), late, alert('done', { state: 'resolved' })]);

  tell('critical_alert', alert('new'));

  await eventually(() => open.state.alerts.length === 3, 'the alert');
  expect(ids(open)).toEqual(['new', 'late', 'never']);
});

test('It is acknowledged with the read-back over the line, and stays until an action', async () => {
  const open = await opened([alert('a1')]);
  const asked: unknown[] = [];
  client.server.commands.set('acknowledge', (body) => {
    asked.push(body);
    return { ok: true, alertId: 'a1', state: 'acknowledged', by: 'u1', at: '2026-11-27T09:05:00Z', dueAt: '2026-11-27T10:05:00Z' };
  });

  const answer = await open.acknowledge('a1', { readBack: '6.5' });

  expect(answer).toMatchObject({ ok: true, by: 'u1' });
  expect(asked).toEqual([{ alertId: 'a1', readBack: '6.5' }]);
  expect(open.state.alerts[0]).toMatchObject({ state: 'acknowledged', dueAt: '2026-11-27T10:05:00Z' });
});

test('An alert of a colleague that the person takes over, here or on another device, is in the list', async () => {
  const theirs = alert('a1', { owner: { ...me, userId: 'u2' } });
  client.server.answers.set('GET /api/alerts', () => ({ items: [], nextCursor: null }));
  const state = { status: 'signed_in' as const, user: { id: 'u1', email: '', displayName: '', role: 'provider' } };
  const open = new OpenAlerts({ session: { ...client.server.session, state }, connection: client.connect() });
  open.watch(() => {});
  await client.live();
  await eventually(() => open.state.status === 'ready', 'the list');

  serve([{ ...theirs, owner: me, state: 'acknowledged' }]);
  tell('alert:acknowledged', { alertId: 'a1', acknowledgedBy: 'u1', acknowledgedAt: '2026-11-27T09:05:00Z', dueAt: null });

  await eventually(() => ids(open).includes('a1'), 'the alert that was taken over');
});

describe('An answer names the record that the alert shows', () => {
  const [first, second] = ['Observation/1/_history/1', 'Observation/1/_history/2'];
  const corrected = alert('a1', { message: 'CRITICAL: Potassium = 6.9 mmol/L', resource: second });

  test.each<[string, { resource?: string }, string]>([
    ['as it is known', {}, first],
    ['as the person has read it', { resource: 'Observation/1/_history/0' }, 'Observation/1/_history/0'],
  ])('%s, and where another one is shown by now that is read first', async (_, more, resource) => {
    const open = await opened([alert('a1', { resource: first })]);
    const asked: unknown[] = [];
    client.server.commands.set('acknowledge', (body) => {
      asked.push(body);
      serve([corrected]);
      return { ok: false, error: { code: 'alert_changed', message: 'No.' } };
    });

    const answer = await open.acknowledge('a1', { readBack: '6.5', ...more });

    expect(asked).toEqual([{ alertId: 'a1', readBack: '6.5', resource }]);
    expect(answer).toMatchObject({ ok: false, error: { code: 'alert_changed' } });
    expect(open.state.alerts).toEqual([corrected]);
  });

  test('so does what was done about it', async () => {
    const open = await opened([alert('a1', { resource: first, state: 'acknowledged' })]);
    const bodies: unknown[] = [];
    const { fetch: ask } = client.server.session;
    client.server.session.fetch = async (address, init) => {
      if (!address.endsWith('/resolve')) return ask(address, init);
      bodies.push(JSON.parse(String(init?.body)));
      serve([corrected]);
      return Response.json({ code: 'alert_changed', title: 'No.' }, { status: 409 });
    };

    await expect(open.resolve('a1', 'treated')).rejects.toMatchObject({ code: 'alert_changed' });

    expect(bodies).toEqual([{ action: 'treated', resource: first }]);
    expect(open.state.alerts).toEqual([corrected]);
  });

  test('also once it is told again with the same value, and not with another', async () => {
    const open = await opened([alert('a1', { resource: first }), alert('a2', { resource: first })]);

    tell('critical_alert', alert('a1', { level: 2 }));
    tell('critical_alert', alert('a2', { message: corrected.message }));

    await eventually(() => open.state.alerts.some(({ message }) => message === corrected.message), 'both to be told');
    expect(open.state.alerts.map(({ id, resource }) => [id, resource])).toEqual([['a1', first], ['a2', undefined]]);
  });
});

test.each<[string, Partial<Alert>, Partial<Alert>, boolean]>([
  ['another message', {}, { message: 'CRITICAL: Potassium = 6.9 mmol/L' }, true],
  ['a later beginning', { raisedAt: '2026-11-27T09:00:00Z' }, { raisedAt: '2026-11-27T09:01:00Z' }, true],
  ['another record', { resource: 'Observation/1/_history/1' }, { resource: 'Observation/1/_history/2' }, true],
  ['a record that was not known before', {}, { resource: 'Observation/1/_history/1' }, false],
  ['another owner and level', {}, { level: 2, owner: { ...me, userId: 'u2' } }, false],
])('Whether an alert with %s shows another value', (_, before, now, isOther) => {
  expect(showsOtherValue(alert('a1', now), alert('a1', before))).toBe(isOther);
});

test('Who was first is in the refusal', async () => {
  const open = await opened([alert('a1')]);
  const error = { code: 'already_acknowledged', message: 'It is acknowledged.', by: 'u2', at: '2026-11-27T09:04:00Z' };
  client.server.commands.set('acknowledge', () => ({ ok: false, error }));

  const answer = await open.acknowledge('a1');

  expect(answer).toEqual({ ok: false, error });
});

test.each([
  ['a colleague acknowledges it', 'alert:acknowledged', { alertId: 'a1', acknowledgedBy: 'u2', acknowledgedAt: '', dueAt: null }],
  ['it is escalated to a colleague', 'alert:escalated', { alertId: 'a1', ownerId: 'u2', level: 2, reason: 'not_acknowledged' }],
  ['it is resolved', 'alert:resolved', { alertId: 'a1', resolvedAt: '' }],
])('It leaves when %s', async (_, name, payload) => {
  const open = await opened([alert('a1'), alert('a2')]);

  tell(name, payload);

  await eventually(() => open.state.alerts.length === 1, 'the alert to leave');
  expect(ids(open)).toEqual(['a2']);
});

test('Who may not read alerts has none, and no failure', async () => {
  client.server.answers.set('GET /api/alerts', () => 403);
  const open = new OpenAlerts({ session: client.server.session, connection: client.connect() });

  open.watch(() => {});

  await eventually(() => open.state.status === 'ready', 'the list');
  expect(open.state.error).toBeNull();
});

test('Resolving tells the action and takes the alert away', async () => {
  const open = await opened([alert('a1')]);
  const bodies: unknown[] = [];
  client.server.answers.set('POST /api/alerts/a1/resolve', (_, body) => {
    bodies.push(body);
    return alert('a1', { state: 'resolved' });
  });

  await open.resolve('a1', 'treated', 'Calcium given');

  expect(bodies).toEqual([{ action: 'treated', note: 'Calcium given' }]);
  expect(ids(open)).toEqual([]);
});

test('Notifications are read, counted, added to and marked', async () => {
  const told = { id: 'n1', type: 'lab_result_available', priority: 'normal', title: 'Lab Results Available', message: 'CBC' };
  const first = { ...told, patientId: 'p1', reportId: 'r1', action: null, createdAt: '', seenAt: null, readAt: null };
  client.server.answers.set('GET /api/notifications', () => ({ items: [first], unreadCount: 1, unseenCount: 1, nextCursor: null }));
  client.server.answers.set('POST /api/notifications/n2/read', () => ({}));
  client.server.answers.set('POST /api/notifications/seen', () => ({}));
  const list = new NotificationList({ session: client.server.session, connection: client.connect() });
  list.watch(() => {});
  await client.live();
  await eventually(() => list.state.status === 'ready', 'the list');

  tell('notification', { ...told, id: 'n2', reportId: 'r2', action: null });
  await eventually(() => list.state.items.length === 2, 'the notification');
  expect(list.state).toMatchObject({ unread: 2, unseen: 2 });
  await list.read('n2');
  await list.seen();

  expect(list.state).toMatchObject({ unread: 1, unseen: 0, items: [{ id: 'n2', readAt: expect.any(String) }, { id: 'n1', readAt: null }] });
});

test('What comes while all that is on the screen is marked stays unread', async () => {
  const bodies: unknown[] = [];
  const first = { ...item('n1'), sequence: 7 };
  client.server.answers.set('GET /api/notifications', () => ({ items: [first], unreadCount: 1, unseenCount: 1, nextCursor: null }));
  const list = new NotificationList({ session: client.server.session, connection: client.connect() });
  client.server.answers.set('POST /api/notifications/read-all', async (_, body) => {
    bodies.push(body);
    stamp = 7;
    tell('notification', item('n2'));
    await eventually(() => list.state.items.length === 2, 'the notification');
    return {};
  });
  list.watch(() => {});
  await client.live();
  await eventually(() => list.state.status === 'ready', 'the list');

  await list.readAll();

  expect(bodies).toEqual([{ through: 7 }]);
  expect(list.state).toMatchObject({ unread: 1, unseen: 1, items: [{ id: 'n2', readAt: null }, { id: 'n1', readAt: expect.any(String) }] });
});

test('Older notifications come behind what is there, and what came meanwhile stays', async () => {
  client.server.answers.set('GET /api/notifications', (query) =>
    query.get('cursor') === 'n2'
      ? { items: [item('n1')], unreadCount: 3, unseenCount: 3, nextCursor: null }
      : { items: [item('n2')], unreadCount: 2, unseenCount: 2, nextCursor: 'n2' },
  );
  const list = new NotificationList({ session: client.server.session, connection: client.connect() });
  list.watch(() => {});
  await client.live();
  await eventually(() => list.state.status === 'ready', 'the list');
  expect(list.state.hasOlder).toBe(true);

  await Promise.all([list.loadOlder(), list.loadOlder()]);
  tell('notification', item('n3'));
  await eventually(() => list.state.items.length === 3, 'the notification');

  expect(list.state.items.map(({ id }) => id)).toEqual(['n3', 'n2', 'n1']);
  expect(list.state.hasOlder).toBe(false);
});

test('What one person was told is not shown to the next, also where an answer comes late', async () => {
  let person = 'ana';
  client.server.answers.set('GET /api/notifications', () => ({ items: [item(person)], unreadCount: 1, unseenCount: 1, nextCursor: null }));
  const list = new NotificationList({ session: client.server.session, connection: client.connect() });
  list.watch(() => {});
  await client.live();
  await eventually(() => list.state.status === 'ready', 'the list');

  const late = list.reload();
  person = 'bo';
  list.forget();
  expect(list.state.items).toEqual([]);
  await late;
  await eventually(() => list.state.status === 'ready', 'the other list');

  expect(list.state.items.map(({ id }) => id)).toEqual(['bo']);
});

test.each([
  ['all as read', 'read-all', (list: NotificationList) => list.readAll()],
  ['all as seen', 'seen', (list: NotificationList) => list.seen()],
  ['one as read', 'n1/read', (list: NotificationList) => list.read('n1')],
])('What one person marks is not marked for the next, also where the answer comes late: %s', async (_, path, mark) => {
  client.server.answers.set('GET /api/notifications', () => ({ items: [item('n1')], unreadCount: 1, unseenCount: 1, nextCursor: null }));
  client.server.answers.set(`POST /api/notifications/${path}`, () => ({}));
  const list = new NotificationList({ session: client.server.session, connection: client.connect() });
  list.watch(() => {});
  await client.live();
  await eventually(() => list.state.status === 'ready', 'the list');
  let answer!: () => void;
  const held = new Promise<void>((resolve) => (answer = resolve));
  const { fetch: ask } = client.server.session;
  client.server.session.fetch = async (address, init) => {
    if (address.endsWith(path)) await held;
    return ask(address, init);
  };

  const late = mark(list);
  list.forget();
  await eventually(() => list.state.status === 'ready', 'the other list');
  answer();
  await late;

  expect(list.state).toMatchObject({ unread: 1, unseen: 1, items: [{ id: 'n1', readAt: null }] });
});

test('Presence is said, renewed on the next line and ended', async () => {
  const views: unknown[] = [];
  const viewers: Viewer[] = [{ userId: 'u2', role: 'nurse', name: 'Kim Osei', mode: 'editing', since: '2026-11-27T09:00:00Z' }];
  client.connect();
  client.server.commands.set('view', (body) => {
    views.push(body);
    return { ok: true, leaseSeconds: 30, viewers };
  });
  let seen: readonly Viewer[] = [];
  const leave = viewResource(client.connection, 'Appointment/12', 'viewing', (now) => (seen = now));
  await eventually(() => seen.length === 1, 'the viewers');

  client.server.emit('presence', { resource: 'Appointment/12', viewers: [] });
  await eventually(() => seen.length === 0, 'the change');
  client.server.dropTransports();
  await eventually(() => views.length === 2, 'the second line');
  leave();

  await eventually(() => views.length === 3, 'the end');
  expect(views).toEqual([
    { resource: 'Appointment/12', mode: 'viewing' },
    { resource: 'Appointment/12', mode: 'viewing' },
    { resource: 'Appointment/12', mode: null },
  ]);
});

test('Presence that was refused is said again until it is taken, and no more once it has ended', async () => {
  const views: unknown[] = [];
  client.connect();
  client.server.commands.set('view', (body) => {
    views.push(body);
    const error = { code: 'rate_limited', message: 'Too much at once.' };
    return views.length === 1 ? { ok: false, error } : { ok: true, leaseSeconds: 30, viewers: [] };
  });
  const told: (readonly Viewer[])[] = [];
  const leave = viewResource(client.connection, 'Thread/7', 'editing', (now) => told.push(now));

  await eventually(() => told.length === 1, 'the second attempt to be taken');
  leave();

  await eventually(() => views.length === 3, 'the end');
  expect(views.map((body) => (body as { mode: string | null }).mode)).toEqual(['editing', 'editing', null]);
});
