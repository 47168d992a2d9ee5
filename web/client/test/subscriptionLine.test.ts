import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket as NodeWebSocket } from 'ws';
import { SubscriptionLine, type LostEvents, type SubscriptionEvent } from '../src/index';
import { eventually } from './eventually';
import { SubscriptionServer } from './subscriptionServer';

let server: SubscriptionServer;
let line: SubscriptionLine;
let stop: () => void;
let told: SubscriptionEvent[];
let lost: LostEvents[];

beforeEach(async () => {
  // Node 20 has no WebSocket of its own; browsers do.
  globalThis.WebSocket = NodeWebSocket as unknown as typeof globalThis.WebSocket;
  server = await SubscriptionServer.start();
  told = [];
  lost = [];
});

afterEach(async () => {
  stop();
  await server.stop();
});

const numbers = () => told.map(({ number }) => number);
const live = () => eventually(() => line.state.status === 'live', 'the line to be live');

function follow(after: number | null = null): void {
  line = new SubscriptionLine({ session: server.session, id: 's1', after });
  line.onEvent((event) => told.push(event));
  line.onLost((event) => lost.push(event));
  stop = line.watch(() => {});
}

test('It binds by a token and tells each event with what it holds', async () => {
  follow();
  await live();

  server.happens('a');

  await eventually(() => told.length > 0, 'the event');
  expect(server.bound).toEqual(['bind-with-token t0']);
  expect(told).toEqual([
    {
      number: 1, timestamp: '2026-11-27T09:00:00Z', focus: 'Observation/a', action: 'updated',
      resource: { resourceType: 'Observation', id: 'a' },
    },
  ]);
  expect(line.state).toMatchObject({ status: 'live', subscription: 'active', lastEvent: { number: 1 } });
});

test('What is sent again is not told again', async () => {
  follow();
  await live();
  server.happens('a');
  server.say('event-notification', server.happened);
  server.happens('b');

  await eventually(() => told.length > 1, 'the events');

  expect(numbers()).toEqual([1, 2]);
  expect(server.asked).toEqual([]);
});

const status = (...parameter: unknown[]) => ({ entry: [{ resource: { resourceType: 'Parameters', parameter } }] });

test.each([
  ['no JSON', 'no JSON'],
  ['a number', 5],
  ['null', null],
  ['no status', { resourceType: 'Bundle', type: 'history', entry: [{ resource: { resourceType: 'SubscriptionStatus' } }] }],
  ['entries that are none', { entry: {} }],
  ['an entry that is null', { entry: [null, { fullUrl: 'x' }] }],
  ['parameters that are none', { entry: [{ resource: { resourceType: 'Parameters', parameter: 7 } }] }],
  ['an event without a number', status({ name: 'type', valueCode: 'event-notification' }, { name: 'notification-event' })],
  ['a parameter that is null', status(null, { name: 'notification-event', part: [null] })],
  ['a reference that is no text', status({
    name: 'notification-event', part: [{ name: 'event-number', valueString: 'x' }, { name: 'focus', valueReference: { reference: 1 } }],
  })],
])('A frame that cannot be read stops nothing: %s', async (_, frame) => {
  follow();
  await live();
  server.sayAnything(frame);

  server.happens('a');

  await eventually(() => told.length > 0, 'the event behind it');
  expect(numbers()).toEqual([1]);
  expect(line.state.status).toBe('live');
});

test('What another socket was sent meanwhile is asked for, and told in its order', async () => {
  follow();
  await live();
  server.happens('a');
  server.happens('b', { isSaid: false });
  server.happens('c', { isSaid: false });
  server.happens('d');

  await eventually(() => told.length > 3, 'the events');

  expect(numbers()).toEqual([1, 2, 3, 4]);
  expect(server.asked).toEqual([[2, 3]]);
});

test('After an interruption it binds again, and is live when everything in between was told', async () => {
  follow();
  await live();
  server.happens('a');
  await eventually(() => told.length > 0, 'the event');
  server.breakLine();
  await eventually(() => line.state.status === 'reconnecting', 'the interruption');
  server.happens('b', { isSaid: false });

  await live();

  expect(numbers()).toEqual([1, 2]);
  expect(server.bound).toHaveLength(2);
});

test('It goes on behind the event that was handled before', async () => {
  for (const id of ['a', 'b', 'c']) server.happens(id);
  follow(1);

  await live();

  expect(numbers()).toEqual([2, 3]);
});

test('Events that the server keeps no more are lost, and it says which', async () => {
  for (const id of ['a', 'b', 'c', 'd']) server.happens(id);
  server.forgotten = 2;
  follow(0);

  await live();

  expect(lost).toEqual([{ from: 1, to: 2 }]);
  expect(numbers()).toEqual([3, 4]);
});

test('A subscription that is not there or has ended is not asked for again', async () => {
  server.refuses = () => 404;
  follow();
  await eventually(() => line.state.status === 'refused', 'the refusal');
  expect(line.state.code).toBe('http_404');
  stop();

  server.refuses = () => null;
  follow();
  await live();
  server.say('event-notification', [], undefined, 'off');
  await eventually(() => line.state.status === 'refused', 'the end');
  expect(line.state.code).toBe('off');
});

test('A server that is busy is asked again', async () => {
  let refusals = 1;
  server.refuses = () => (refusals-- > 0 ? 503 : null);
  follow();

  await live();

  expect(server.bound).toHaveLength(1);
});

test('Watched a second time in the same moment it has one socket; left by all it has none', async () => {
  line = new SubscriptionLine({ session: server.session, id: 's1' });
  line.watch(() => {})();
  stop = line.watch(() => {});
  await live();
  expect(server.peers).toHaveLength(1);

  stop();

  await eventually(() => server.peers.every(({ readyState }) => readyState === NodeWebSocket.CLOSED), 'the end of the socket');
  expect(line.state.status).toBe('idle');
});
