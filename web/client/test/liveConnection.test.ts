import { expect, test } from 'vitest';
import { eventually } from './eventually';
import { LiveClient } from './liveClient';

const client = LiveClient.forEachTest();

test('It opens for its first listener and tells a typed event', async () => {
  const ids: string[] = [];
  client.connect().on('appointment:created', (appointment) => ids.push(appointment.id));
  expect(client.connection.state.status).toBe('connecting');
  await client.live();

  client.server.publish('appointment:created');

  await eventually(() => ids.length === 1, 'the event');
  expect(ids).toEqual(['a1']);
});

test('Mounting twice as StrictMode does keeps one connection and tells each event once', async () => {
  client.connect();
  client.connection.onAny(() => {})();
  const seen = client.sequencesSeen();
  await client.live();

  client.server.publish('patient:created');

  await eventually(() => seen.length > 0, 'the event');
  expect(seen).toEqual([1]);
  expect(client.server.connections).toBe(1);
  expect(client.server.tokens).toHaveLength(1);
});

test('It closes only after the last user left, and releasing twice counts once', async () => {
  const first = client.connect().hold();
  const second = client.connection.hold();
  await client.live();

  first();
  first();
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(client.connection.state.status).toBe('live');

  second();
  await eventually(() => client.connection.state.status === 'idle', 'the connection to close');
  await eventually(() => client.server.connections === 0, 'the server to notice');
});

test('Closed for good it forgets its place: the next person may have another log', async () => {
  client.connect().hold();
  await client.live();
  client.server.publish('patient:created', 70);
  await eventually(() => client.connection.sequence === 70, 'the event');

  client.connection.close();
  client.connection.hold();

  await client.live();
  expect(client.server.subscriptions[1]).toEqual({});
});

test('A failing listener does not keep the others from hearing', async () => {
  const failures: unknown[] = [];
  const report = (error: unknown) => failures.push(error);
  const previous = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', report);
  client.connect().onAny(() => {
    throw new Error('broken listener');
  });
  const seen = client.sequencesSeen();
  await client.live();

  client.server.publish('patient:created');

  await eventually(() => seen.length === 1 && failures.length === 1, 'both');
  process.removeListener('uncaughtException', report);
  for (const listener of previous) process.on('uncaughtException', listener);
});

test('The token is renewed in place before it runs out', async () => {
  client.lifeMs = 1_200;
  client.connect().hold();
  await client.live();
  client.lifeMs = 600_000;

  await eventually(() => client.server.authenticated.length === 1, 'the renewal');

  expect(client.server.authenticated).toEqual(['token-2']);
  expect(client.server.tokens).toEqual(['token-1']);
  expect(client.connection.state.status).toBe('live');
});

test('When the server ends the session it comes back with another token', async () => {
  client.connect().hold();
  await client.live();

  client.server.endSessions();

  await eventually(() => client.server.tokens.length === 2, 'the second connection');
  await client.live();
  expect(client.server.tokens).toEqual(['token-1', 'token-2']);
});

test('Refused with every token it gives up, says why, and can be retried', async () => {
  client.server.refuses = () => 'account_locked';
  client.connect().hold();
  await eventually(() => client.connection.state.status === 'refused', 'the refusal');
  expect(client.connection.state.code).toBe('account_locked');
  const attempts = client.server.tokens.length;
  client.connection.hold();
  expect(client.connection.state.status).toBe('refused');

  client.server.refuses = () => null;
  client.connection.retry();

  await client.live();
  expect(client.server.tokens.length).toBe(attempts + 1);
});

test('A refused token is replaced twice, then the connection gives up', async () => {
  client.server.refuses = () => 'token_expired';
  client.connect().hold();

  await eventually(() => client.connection.state.status === 'refused', 'the refusal');

  expect(client.server.tokens).toEqual(['token-1', 'token-2', 'token-3']);
});

test('Without a signed-in person it is refused and no connection stays', async () => {
  client.connect({ tokens: () => Promise.resolve(null) }).hold();

  await eventually(() => client.connection.state.status === 'refused', 'the refusal');

  expect(client.connection.state.code).toBe('signed_out');
  expect(client.server.connections).toBe(0);
});

test('Refused while nobody was signed in, it is opened for who holds it after the next sign-in', async () => {
  let isSignedIn = false;
  const release = client.connect({ tokens: () => (isSignedIn ? client.issue() : Promise.resolve(null)), lingerMs: 60_000 }).hold();
  await eventually(() => client.connection.state.status === 'refused', 'the refusal');
  release();

  isSignedIn = true;
  client.connection.retry();
  client.connection.hold();

  await client.live();
});

test('A token source that is out of reach is asked again', async () => {
  let calls = 0;
  const tokens = () => {
    calls += 1;
    return calls === 1 ? Promise.reject(new Error('no network')) : client.issue();
  };
  client.connect({ tokens }).hold();

  await client.live();

  expect(calls).toBe(2);
});

test('It asks only for the events and patients it was made for', async () => {
  client.connect({ eventTypes: ['appointment.created'], patientIds: ['p1'] }).hold();
  await client.live();

  expect(client.server.subscriptions).toEqual([{ eventTypes: ['appointment.created'], patientIds: ['p1'] }]);
});
