import { expect, test, vi } from 'vitest';
import { eventually } from './eventually';
import { LiveClient } from './liveClient';
import { LiveServer, stamped } from './liveServer';

const client = LiveClient.forEachTest();

test('After an interruption the handshake says where to continue and what was missed comes once, before anything live', async () => {
  client.connect();
  const seen = client.sequencesSeen();
  await client.live();
  client.server.publish('patient:created');
  await eventually(() => seen.length === 1, 'the first event');

  client.server.dropTransports();
  client.server.remember('patient:updated');
  client.server.remember('patient:updated');
  await eventually(() => client.server.subscriptions.length === 2, 'the second subscription');
  await client.live();
  client.server.publish('patient:created');

  await eventually(() => seen.length === 4, 'all events');
  expect(client.server.handshakes).toEqual([undefined, 1]);
  expect(client.server.subscriptions[1]).toEqual({});
  expect(seen).toEqual([1, 2, 3, 4]);
});

test('It is live again only when the server has told that everything missed was sent', async () => {
  client.connect();
  const seen = client.sequencesSeen();
  await client.live();
  client.server.publish('patient:created');
  await eventually(() => seen.length === 1, 'the first event');
  let replayed: Parameters<typeof client.server.resume>[0] | undefined;
  client.server.resume = (socket, since) => {
    client.server.replay(socket, since);
    replayed = socket;
  };

  client.server.remember('patient:updated');
  client.server.remember('patient:updated');
  client.server.dropTransports();
  await eventually(() => seen.length === 3 && client.server.subscriptions.length === 2, 'the replay');
  expect(client.connection.state.status).toBe('reconnecting');
  expect(client.connection.sequence).toBe(1);
  replayed?.emit('position', { sequence: client.server.head, live: true });

  await client.live();
  expect(client.connection.sequence).toBe(3);
});

test('A position in the middle of a replay is kept and is no proof of being live', async () => {
  client.connect();
  const seen = client.sequencesSeen();
  await client.live();
  client.server.publish('patient:created');
  await eventually(() => seen.length === 1, 'the first event');
  let resumed: Parameters<typeof client.server.resume>[0] | undefined;
  client.server.resume = (socket) => (resumed = socket);
  client.server.beforeSubscribe = (socket) => socket.emit('position', { sequence: 1, live: false });

  client.server.remember('patient:updated');
  client.server.remember('patient:updated');
  client.server.dropTransports();
  await eventually(() => client.server.subscriptions.length === 2, 'the second subscription');
  resumed?.emit('patient:updated', { sequence: 2 });
  resumed?.emit('position', { sequence: 2, live: false });
  await eventually(() => client.connection.sequence === 2, 'the position on the way');
  expect(client.connection.state.status).toBe('reconnecting');
  resumed?.emit('patient:updated', { sequence: 3 });
  resumed?.emit('position', { sequence: 3, live: true });

  await client.live();
  expect(seen).toEqual([1, 2, 3]);
});

test('Where neither replay nor position comes after the handshake it asks again by a subscription', async () => {
  client.connect();
  const seen = client.sequencesSeen();
  await client.live();
  client.server.publish('patient:created');
  await eventually(() => seen.length === 1, 'the first event');
  client.server.resume = () => {};

  client.server.remember('patient:updated');
  client.server.dropTransports();

  await eventually(() => seen.length === 2, 'the missed event', 9_000);
  await client.live();
  expect(client.server.subscriptions.at(-1)).toEqual({ since: 1 });
}, 15_000);

test('A gap at the handshake is told, and the stream is live behind it', async () => {
  const gaps: object[] = [];
  client.connect().onGap((gap) => gaps.push(gap));
  const seen = client.sequencesSeen();
  await client.live();
  client.server.publish('patient:created');
  await eventually(() => seen.length === 1, 'the first event');
  client.server.resume = (socket, since) => socket.emit('gap', { from: since, to: client.server.head });

  client.server.remember('patient:updated');
  client.server.dropTransports();

  await eventually(() => gaps.length === 1, 'the gap');
  await client.live();
  expect(client.connection.sequence).toBe(2);
});

test('The position moves the resume point although nothing visible happened', async () => {
  client.connect().hold();
  await client.live();

  client.server.emit('position', { sequence: 40 });
  await eventually(() => client.connection.sequence === 40, 'the resume point to move');
  client.server.dropTransports();

  await eventually(() => client.server.handshakes.length === 2, 'the second handshake');
  expect(client.server.handshakes[1]).toBe(40);
});

test('A connection that Socket.IO restored is live at once and is not subscribed again', async () => {
  await client.server.stop();
  client.server = await LiveServer.start({ recovers: true });
  client.connect();
  const seen = client.sequencesSeen();
  await client.live();
  client.server.publish('patient:created');
  await eventually(() => seen.length === 1, 'the first event');

  client.server.dropTransports();
  await eventually(() => client.server.handshakes.length === 2, 'the second handshake');
  await client.live();
  client.server.publish('patient:updated');

  await eventually(() => seen.length === 2, 'the second event');
  expect(client.server.subscriptions).toHaveLength(1);
});

test('When the server told its position once and then says nothing for 45 s the line is dead', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  client.connect().hold();
  await client.live();

  client.wait(100_000);
  expect(client.connection.state.status).toBe('live');
  client.server.emit('position', { sequence: 5 });
  await eventually(() => client.connection.sequence === 5, 'the position');
  client.wait(31_000);
  expect(client.connection.state.status).toBe('delayed');
  client.server.emit('position', { sequence: 5 });
  await client.live();
  client.wait(46_000);

  await eventually(() => client.server.handshakes.length === 2, 'the second connection');
  await client.live();
  expect(client.server.handshakes[1]).toBe(5);
});

test('A long replay before the answer is not taken for silence', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  client.server.silent = true;
  client.connect();
  const seen = client.sequencesSeen();
  await eventually(() => client.server.subscriptions.length === 1, 'the subscription');

  for (const sequence of [1, 2]) {
    client.wait(9_000);
    client.server.publish('patient:created', sequence);
    await eventually(() => seen.length === sequence, 'the event');
  }
  client.wait(9_000);
  expect(client.server.handshakes).toHaveLength(1);
  client.server.silent = false;
  client.wait(2_000);

  await eventually(() => client.server.handshakes.length === 2, 'the second connection');
  await client.live();
});

test('A narrowed stream resumes with its subscription, and an early position hides nothing of its replay', async () => {
  client.connect({ eventTypes: ['patient.*'] });
  const seen = client.sequencesSeen();
  await client.live();
  client.server.publish('patient:created');
  await eventually(() => seen.length === 1, 'the first event');

  client.server.beforeSubscribe = (socket) => socket.emit('position', { sequence: 3 });
  client.server.remember('patient:updated');
  client.server.remember('patient:updated');
  client.server.dropTransports();

  await eventually(() => seen.length === 3, 'all events');
  expect(client.server.handshakes[1]).toBeUndefined();
  expect(client.server.subscriptions[1]).toEqual({ eventTypes: ['patient.*'], since: 1 });
});

test('A live event that overtakes the replay neither hides nor repeats replayed events', async () => {
  client.connect({ eventTypes: ['patient.*'] });
  const seen = client.sequencesSeen();
  await client.live();
  client.server.publish('patient:created');
  await eventually(() => seen.length === 1, 'the first event');

  client.server.beforeSubscribe = (socket) => socket.emit('patient:updated', stamped(3));
  client.server.remember('patient:updated');
  client.server.remember('patient:updated');
  client.server.dropTransports();

  await eventually(() => seen.length === 3, 'all events');
  expect(seen.sort()).toEqual([1, 2, 3]);
  expect(client.connection.sequence).toBe(1);
  client.server.publish('patient:updated');
  await eventually(() => client.connection.sequence === 4, 'the resume point to move on');
});

test('A gap tells the listeners to load again and the stream continues behind it', async () => {
  const gaps: object[] = [];
  client.connect().onGap((gap) => gaps.push(gap));
  const seen = client.sequencesSeen();
  await client.live();

  client.server.emit('gap', { from: 1, to: 90 });
  client.server.publish('patient:created', 91);

  await eventually(() => seen.length === 1, 'the event behind the gap');
  expect(gaps).toEqual([{ from: 1, to: 90 }]);
  expect(client.connection.sequence).toBe(91);
});

test('When the server comes back with another log the listeners load again and hear its events', async () => {
  const gaps: object[] = [];
  client.connect().onGap((gap) => gaps.push(gap));
  const seen = client.sequencesSeen();
  await client.live();
  client.server.publish('patient:created', 70);
  await eventually(() => seen.length === 1, 'the first event');

  client.server.log.length = 0;
  client.server.dropTransports();
  await eventually(() => gaps.length === 1, 'the gap');
  client.server.publish('patient:created');

  await eventually(() => seen.length === 2, 'the event of the other log');
  expect(seen).toEqual([70, 1]);
});
