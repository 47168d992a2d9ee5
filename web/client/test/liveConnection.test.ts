import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LiveConnection, type AccessToken, type LiveConnectionOptions } from '../src/index';
import { eventually } from './eventually';
import { LiveServer, stamped } from './liveServer';

let server: LiveServer;
let connection: LiveConnection;
let issued = 0;
let lifeMs = 600_000;
let passed = 0;

function connect(options: Partial<LiveConnectionOptions> = {}): LiveConnection {
  connection = new LiveConnection({ url: server.url, tokens: issue, lingerMs: 20, ...options });
  return connection;
}

async function issue(insteadOf?: string): Promise<AccessToken> {
  if (issued === 0 || insteadOf === `token-${issued}`) issued += 1;
  return { value: `token-${issued}`, expiresAt: Date.now() + lifeMs };
}

function sequencesSeen(): number[] {
  const seen: number[] = [];
  connection.onAny((event) => seen.push(event.payload.sequence));
  return seen;
}

function wait(ms: number): void {
  passed += ms;
  vi.advanceTimersByTime(5_000);
}

async function live(): Promise<void> {
  await eventually(() => connection.state.status === 'live', 'the connection to be live');
}

beforeEach(async () => {
  issued = 0;
  passed = 0;
  lifeMs = 600_000;
  server = await LiveServer.start();
});

afterEach(async () => {
  vi.useRealTimers();
  connection.close();
  await server.stop();
});

test('It opens for its first listener and tells a typed event', async () => {
  const ids: string[] = [];
  connect().on('appointment:created', (appointment) => ids.push(appointment.id));
  expect(connection.state.status).toBe('connecting');
  await live();

  server.publish('appointment:created');

  await eventually(() => ids.length === 1, 'the event');
  expect(ids).toEqual(['a1']);
});

test('Mounting twice as StrictMode does keeps one connection and tells each event once', async () => {
  connect();
  connection.onAny(() => {})();
  const seen = sequencesSeen();
  await live();

  server.publish('patient:created');

  await eventually(() => seen.length > 0, 'the event');
  expect(seen).toEqual([1]);
  expect(server.connections).toBe(1);
  expect(server.tokens).toHaveLength(1);
});

test('It closes only after the last user left, and releasing twice counts once', async () => {
  const first = connect().hold();
  const second = connection.hold();
  await live();

  first();
  first();
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(connection.state.status).toBe('live');

  second();
  await eventually(() => connection.state.status === 'idle', 'the connection to close');
  await eventually(() => server.connections === 0, 'the server to notice');
});

test('After an interruption the handshake says where to continue and what was missed comes once, before anything live', async () => {
  connect();
  const seen = sequencesSeen();
  await live();
  server.publish('patient:created');
  await eventually(() => seen.length === 1, 'the first event');

  server.dropTransports();
  server.remember('patient:updated');
  server.remember('patient:updated');
  await eventually(() => server.subscriptions.length === 2, 'the second subscription');
  await live();
  server.publish('patient:created');

  await eventually(() => seen.length === 4, 'all events');
  expect(server.handshakes).toEqual([undefined, 1]);
  expect(server.subscriptions[1]).toEqual({});
  expect(seen).toEqual([1, 2, 3, 4]);
});

test('It is live again only when the server has told that everything missed was sent', async () => {
  connect();
  const seen = sequencesSeen();
  await live();
  server.publish('patient:created');
  await eventually(() => seen.length === 1, 'the first event');
  let replayed: Parameters<typeof server.resume>[0] | undefined;
  server.resume = (socket, since) => {
    server.replay(socket, since);
    replayed = socket;
  };

  server.remember('patient:updated');
  server.remember('patient:updated');
  server.dropTransports();
  await eventually(() => seen.length === 3 && server.subscriptions.length === 2, 'the replay');
  expect(connection.state.status).toBe('reconnecting');
  expect(connection.sequence).toBe(1);
  replayed?.emit('position', { sequence: server.head });

  await live();
  expect(connection.sequence).toBe(3);
});

test('Where neither replay nor position comes after the handshake it asks again by a subscription', async () => {
  connect();
  const seen = sequencesSeen();
  await live();
  server.publish('patient:created');
  await eventually(() => seen.length === 1, 'the first event');
  server.resume = () => {};

  server.remember('patient:updated');
  server.dropTransports();

  await eventually(() => seen.length === 2, 'the missed event', 9_000);
  await live();
  expect(server.subscriptions.at(-1)).toEqual({ since: 1 });
}, 15_000);

test('A gap at the handshake is told, and the stream is live behind it', async () => {
  const gaps: object[] = [];
  connect().onGap((gap) => gaps.push(gap));
  const seen = sequencesSeen();
  await live();
  server.publish('patient:created');
  await eventually(() => seen.length === 1, 'the first event');
  server.resume = (socket, since) => socket.emit('gap', { from: since, to: server.head });

  server.remember('patient:updated');
  server.dropTransports();

  await eventually(() => gaps.length === 1, 'the gap');
  await live();
  expect(connection.sequence).toBe(2);
});

test('The position moves the resume point although nothing visible happened', async () => {
  connect().hold();
  await live();

  server.emit('position', { sequence: 40 });
  await eventually(() => connection.sequence === 40, 'the resume point to move');
  server.dropTransports();

  await eventually(() => server.handshakes.length === 2, 'the second handshake');
  expect(server.handshakes[1]).toBe(40);
});

test('A connection that Socket.IO restored is live at once and is not subscribed again', async () => {
  await server.stop();
  server = await LiveServer.start({ recovers: true });
  connect();
  const seen = sequencesSeen();
  await live();
  server.publish('patient:created');
  await eventually(() => seen.length === 1, 'the first event');

  server.dropTransports();
  await eventually(() => server.handshakes.length === 2, 'the second handshake');
  await live();
  server.publish('patient:updated');

  await eventually(() => seen.length === 2, 'the second event');
  expect(server.subscriptions).toHaveLength(1);
});

test('When the server told its position once and then says nothing for 45 s the line is dead', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  connect({ now: () => Date.now() + passed }).hold();
  await live();

  wait(100_000);
  expect(connection.state.status).toBe('live');
  server.emit('position', { sequence: 5 });
  await eventually(() => connection.sequence === 5, 'the position');
  wait(31_000);
  expect(connection.state.status).toBe('delayed');
  server.emit('position', { sequence: 5 });
  await live();
  wait(46_000);

  await eventually(() => server.handshakes.length === 2, 'the second connection');
  await live();
  expect(server.handshakes[1]).toBe(5);
});

test('A narrowed stream resumes with its subscription, and an early position hides nothing of its replay', async () => {
  connect({ eventTypes: ['patient.*'] });
  const seen = sequencesSeen();
  await live();
  server.publish('patient:created');
  await eventually(() => seen.length === 1, 'the first event');

  server.beforeSubscribe = (socket) => socket.emit('position', { sequence: 3 });
  server.remember('patient:updated');
  server.remember('patient:updated');
  server.dropTransports();

  await eventually(() => seen.length === 3, 'all events');
  expect(server.handshakes[1]).toBeUndefined();
  expect(server.subscriptions[1]).toEqual({ eventTypes: ['patient.*'], since: 1 });
});

test('A live event that overtakes the replay neither hides nor repeats replayed events', async () => {
  connect({ eventTypes: ['patient.*'] });
  const seen = sequencesSeen();
  await live();
  server.publish('patient:created');
  await eventually(() => seen.length === 1, 'the first event');

  server.beforeSubscribe = (socket) => socket.emit('patient:updated', stamped(3));
  server.remember('patient:updated');
  server.remember('patient:updated');
  server.dropTransports();

  await eventually(() => seen.length === 3, 'all events');
  expect(seen.sort()).toEqual([1, 2, 3]);
  expect(connection.sequence).toBe(1);
  server.publish('patient:updated');
  await eventually(() => connection.sequence === 4, 'the resume point to move on');
});

test('A gap tells the listeners to load again and the stream continues behind it', async () => {
  const gaps: object[] = [];
  connect().onGap((gap) => gaps.push(gap));
  const seen = sequencesSeen();
  await live();

  server.emit('gap', { from: 1, to: 90 });
  server.publish('patient:created', 91);

  await eventually(() => seen.length === 1, 'the event behind the gap');
  expect(gaps).toEqual([{ from: 1, to: 90 }]);
  expect(connection.sequence).toBe(91);
});

test('When the server comes back with another log the listeners load again and hear its events', async () => {
  const gaps: object[] = [];
  connect().onGap((gap) => gaps.push(gap));
  const seen = sequencesSeen();
  await live();
  server.publish('patient:created', 70);
  await eventually(() => seen.length === 1, 'the first event');

  server.log.length = 0;
  server.dropTransports();
  await eventually(() => gaps.length === 1, 'the gap');
  server.publish('patient:created');

  await eventually(() => seen.length === 2, 'the event of the other log');
  expect(seen).toEqual([70, 1]);
});

test('Closed for good it forgets its place: the next person may have another log', async () => {
  connect().hold();
  await live();
  server.publish('patient:created', 70);
  await eventually(() => connection.sequence === 70, 'the event');

  connection.close();
  connection.hold();

  await live();
  expect(server.subscriptions[1]).toEqual({});
});

test('A failing listener does not keep the others from hearing', async () => {
  const failures: unknown[] = [];
  const report = (error: unknown) => failures.push(error);
  const previous = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', report);
  connect().onAny(() => {
    throw new Error('broken listener');
  });
  const seen = sequencesSeen();
  await live();

  server.publish('patient:created');

  await eventually(() => seen.length === 1 && failures.length === 1, 'both');
  process.removeListener('uncaughtException', report);
  for (const listener of previous) process.on('uncaughtException', listener);
});

test('The token is renewed in place before it runs out', async () => {
  lifeMs = 1_200;
  connect().hold();
  await live();
  lifeMs = 600_000;

  await eventually(() => server.authenticated.length === 1, 'the renewal');

  expect(server.authenticated).toEqual(['token-2']);
  expect(server.tokens).toEqual(['token-1']);
  expect(connection.state.status).toBe('live');
});

test('When the server ends the session it comes back with another token', async () => {
  connect().hold();
  await live();

  server.endSessions();

  await eventually(() => server.tokens.length === 2, 'the second connection');
  await live();
  expect(server.tokens).toEqual(['token-1', 'token-2']);
});

test('Refused with every token it gives up, says why, and can be retried', async () => {
  server.refuses = () => 'account_locked';
  connect().hold();
  await eventually(() => connection.state.status === 'refused', 'the refusal');
  expect(connection.state.code).toBe('account_locked');
  const attempts = server.tokens.length;
  connection.hold();
  expect(connection.state.status).toBe('refused');

  server.refuses = () => null;
  connection.retry();

  await live();
  expect(server.tokens.length).toBe(attempts + 1);
});

test('Without a signed-in person it is refused and no connection stays', async () => {
  connect({ tokens: () => Promise.resolve(null) }).hold();

  await eventually(() => connection.state.status === 'refused', 'the refusal');

  expect(connection.state.code).toBe('signed_out');
  expect(server.connections).toBe(0);
});

test('A token source that is out of reach is asked again', async () => {
  let calls = 0;
  const tokens = () => {
    calls += 1;
    return calls === 1 ? Promise.reject(new Error('no network')) : issue();
  };
  connect({ tokens }).hold();

  await live();

  expect(calls).toBe(2);
});

test('It asks only for the events and patients it was made for', async () => {
  connect({ eventTypes: ['appointment.created'], patientIds: ['p1'] }).hold();
  await live();

  expect(server.subscriptions).toEqual([{ eventTypes: ['appointment.created'], patientIds: ['p1'] }]);
});
