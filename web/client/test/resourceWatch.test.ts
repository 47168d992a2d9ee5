import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket as NodeWebSocket, WebSocketServer, type WebSocket as Peer } from 'ws';
import { ResourceWatch, type AccessToken, type ResourceUpdate } from '../src/index';
import { eventually } from './eventually';

interface Received {
  type: string;
  data: Record<string, unknown>;
}

const after: Record<string, string> = { first: 'second', second: 'third' };

let server: WebSocketServer;
let watch: ResourceWatch;
let peers: Peer[];
let received: Received[];
let head: number;
let answersToToken: (peer: Peer) => void;
let answersToSubscribe: (peer: Peer) => void;
let passed: number;

beforeEach(async () => {
  // Node 20 has no WebSocket of its own; browsers do.
  globalThis.WebSocket = NodeWebSocket as unknown as typeof globalThis.WebSocket;
  peers = [];
  received = [];
  head = 4;
  passed = 0;
  answersToToken = (peer) => say(peer, 'welcome', { client_id: 'c1', sequence: head });
  answersToSubscribe = (peer) => say(peer, 'subscribed', { subscription_id: 'watch' });
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (peer) => {
    peers.push(peer);
    peer.on('message', (text) => {
      const frame = JSON.parse(String(text)) as Received;
      received.push(frame);
      if (frame.type === 'authenticate') answersToToken(peer);
      if (frame.type === 'subscribe') answersToSubscribe(peer);
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
});

afterEach(async () => {
  vi.useRealTimers();
  watch.close();
  vi.unstubAllGlobals();
  for (const peer of peers) peer.terminate();
  await new Promise((resolve) => server.close(resolve));
});

function say(peer: Peer, type: string, data: object): void {
  peer.send(JSON.stringify({ type, data, timestamp: '2026-11-21T09:00:00Z' }));
}

function update(sequence: number): object {
  return {
    action: 'updated',
    resource_type: 'Condition',
    resource_id: 'x',
    patient_id: 'p1',
    version_id: '2',
    resource: { resourceType: 'Condition', id: 'x' },
    sequence,
  };
}

function open(since?: number, tokens = issue): ResourceUpdate[] {
  const port = (server.address() as AddressInfo).port;
  const updates: ResourceUpdate[] = [];
  watch = new ResourceWatch({
    url: `ws://127.0.0.1:${port}`,
    tokens,
    patientIds: ['p1'],
    now: () => Date.now() + passed,
    ...(since === undefined ? {} : { since }),
  });
  watch.onUpdate((change) => updates.push(change));
  watch.open();
  return updates;
}

function issue(refused?: string): Promise<AccessToken> {
  return Promise.resolve({ value: refused === undefined ? 'first' : after[refused]!, expiresAt: Date.now() + 600_000 });
}

function wait(ms: number): void {
  passed += ms;
  vi.advanceTimersByTime(15_000);
}

async function live(): Promise<void> {
  await eventually(() => watch.state.status === 'live', 'the watch to be live');
}

test('It signs in, subscribes from where the data on screen was current, and tells changes', async () => {
  const updates = open(2);
  await live();

  say(peers[0]!, 'update', update(5));
  say(peers[0]!, 'update', update(5));
  say(peers[0]!, 'update', update(6));

  await eventually(() => updates.length === 2, 'the updates');
  expect(received[0]).toMatchObject({ type: 'authenticate', data: { token: 'first' } });
  expect(received[1]!.data).toEqual({ subscription_id: 'watch', resource_types: ['*'], patient_ids: ['p1'], since: 2 });
  expect(updates[0]).toMatchObject({ action: 'updated', resourceType: 'Condition', versionId: '2', sequence: 5 });
});

test('After an interruption it resumes with its client id and the last sequence', async () => {
  const updates = open();
  await live();
  say(peers[0]!, 'update', update(5));
  await eventually(() => updates.length === 1, 'the update');

  peers[0]!.terminate();

  await eventually(() => peers.length === 2, 'the second connection');
  await live();
  expect(received[2]!.data).toMatchObject({ client_id: 'c1', since: 5 });
  expect(received[3]!.data).toMatchObject({ since: 5 });
});

test('Resumed by the server it is live without subscribing again', async () => {
  const updates = open();
  await live();
  say(peers[0]!, 'update', update(5));
  await eventually(() => updates.length === 1, 'the update');
  answersToToken = (peer) => {
    say(peer, 'welcome', { client_id: 'c1', sequence: 7, resumed: true });
    say(peer, 'update', update(6));
    say(peer, 'position', { sequence: 7 });
  };

  peers[0]!.terminate();

  await eventually(() => updates.length === 2, 'the missed update');
  await live();
  expect(received.map((frame) => frame.type)).toEqual(['authenticate', 'subscribe', 'authenticate']);
});

test('The position, and the one in a pong, say where to continue although nothing was for this watch', async () => {
  open();
  await live();

  say(peers[0]!, 'position', { sequence: 30 });
  say(peers[0]!, 'pong', { sequence: 31 });
  peers[0]!.send(JSON.stringify({ type: 'noise' }));
  peers[0]!.close();

  await eventually(() => received.length === 4, 'the second subscription');
  expect(received[2]!.data).toMatchObject({ client_id: 'c1', since: 31 });
});

test('A link that broke before the subscription was confirmed is not resumed but made anew', async () => {
  answersToSubscribe = () => {};
  open(2);
  await eventually(() => received.length === 2, 'the subscription');

  peers[0]!.terminate();

  await eventually(() => received.length === 4, 'the second subscription');
  expect(received[2]!.data).toEqual({ token: 'first' });
  expect(received[3]!.data).toMatchObject({ since: 2 });
});

test('Silence first makes it delayed, then it is dead', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  open();
  await live();
  wait(31_000);
  expect(watch.state.status).toBe('delayed');
  say(peers[0]!, 'pong', { sequence: 4 });
  await live();
  wait(46_000);

  await eventually(() => peers.length === 2, 'the second connection');
  await live();
});

test('A refused token is replaced twice, then the watch gives up', async () => {
  answersToToken = (peer) => say(peer, 'error', { code: 'token_expired', message: 'expired' });
  open();

  await eventually(() => watch.state.status === 'refused', 'the refusal');

  expect(watch.state.code).toBe('token_expired');
  expect(received.map((frame) => frame.data['token'])).toEqual(['first', 'second', 'third']);
});

test('A token request that fails late does not close the connection that a newer one has opened', async () => {
  let networkCameBack!: () => void;
  vi.stubGlobal('addEventListener', (_name: string, listener: () => void) => (networkCameBack = listener));
  vi.stubGlobal('removeEventListener', () => {});
  let fail!: (reason: Error) => void;
  const slow = new Promise<AccessToken>((_resolve, reject) => (fail = reject));
  let requests = 0;
  open(undefined, () => (++requests === 1 ? slow : issue()));
  networkCameBack();
  await live();

  fail(new Error('no network'));
  await slow.catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 0));

  expect(watch.state.status).toBe('live');
  expect(server.clients.size).toBe(1);
});

test('A gap is told and unknown frames are ignored', async () => {
  open();
  const gaps: object[] = [];
  watch.onGap((gap) => gaps.push(gap));
  await live();

  peers[0]!.send('not json');
  say(peers[0]!, 'something_new', {});
  say(peers[0]!, 'gap', { from: 4, to: 50 });

  await eventually(() => gaps.length === 1, 'the gap');
  expect(gaps).toEqual([{ from: 4, to: 50 }]);
});
