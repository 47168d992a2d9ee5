// @vitest-environment jsdom
import type { AddressInfo } from 'node:net';
import { LiveConnection, type SessionState } from '@vagus/client';
import { act, render, screen, waitFor } from '@testing-library/react';
import type { ReactElement } from 'react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { eventually } from '../../client/test/eventually';
import { SearchServer } from '../../client/test/searchServer';
import {
  CriticalAlertBar, RealTimeResultsIndicator, useLiveSearch, useMessages, usePresence, useUnreadCount, useWebSocket, VagusProvider,
} from '../src/index';
import { LivePage } from './page';

const page = LivePage.forEachTest();
let watched: WebSocketServer;
/** The tokens that came over `/ws`. */
let tokens: unknown[];

beforeEach(async () => {
  tokens = [];
  watched = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/ws' });
  watched.on('connection', (socket) => {
    const send = (type: string, data: object) => socket.send(JSON.stringify({ type, data, timestamp: '' }));
    socket.on('message', (text) => {
      const { type, data } = JSON.parse(String(text)) as { type: string; data: Record<string, unknown> };
      if (type === 'authenticate') {
        tokens.push(data['token']);
        send('welcome', { client_id: 'c1', sequence: 1, resumed: false });
      }
      if (type !== 'subscribe') return;
      send('subscribed', { subscription_id: data['subscription_id'], sequence: 1 });
      if (tokens.length > 1) return;
      const changed = { resource_type: 'Observation', resource_id: 'watched', patient_id: 'p1', version_id: '2' };
      send('update', { action: 'updated', ...changed, resource: { resourceType: 'Observation', id: 'watched' }, sequence: 2 });
    });
  });
  await new Promise((resolve) => watched.once('listening', resolve));
});

afterEach(async () => {
  for (const socket of watched.clients) socket.terminate();
  await new Promise((resolve) => watched.close(resolve));
});

/** One tab, in which people sign in. */
class Tab {
  state: SessionState = signedIn('u1');
  readonly #watchers = new Set<() => void>();
  readonly token = () => Promise.resolve({ value: `of ${this.#person()}`, expiresAt: Date.now() + 600_000 });
  readonly fetch = (address: string, init?: RequestInit) => page.server.session.fetch(address, init);

  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  become(state: SessionState): void {
    this.state = state;
    for (const watcher of this.#watchers) watcher();
  }

  #person(): string {
    return this.state.status === 'signed_in' ? this.state.user.id : 'nobody';
  }
}

function signedIn(id: string): SessionState {
  return { status: 'signed_in', user: { id, email: '', displayName: '', role: 'nurse' } };
}

function Everything(): ReactElement {
  const { lastUpdate } = useWebSocket();
  const { viewers } = usePresence('Patient/p1');
  const { messages } = useMessages({ userId: 'pharmacy-1' });
  const { resources } = useLiveSearch('Patient?name=x');
  return (
    <>
      <CriticalAlertBar />
      <RealTimeResultsIndicator />
      <p data-testid="known">{JSON.stringify([lastUpdate?.resourceId ?? null, viewers, messages, resources, useUnreadCount().count])}</p>
    </>
  );
}

function serveTheFirst(): void {
  new SearchServer(page.server).page = [{ resourceType: 'Patient', id: 'of-a-search' }];
  page.server.answers.set('GET /api/messages/conversation', () => ({
    items: [page.messages.message({ content: 'of a conversation' })], nextCursor: null,
  }));
  page.server.answers.set('GET /api/patient-messages/unread-count', () => ({ count: 7, byCategory: {} }));
  page.server.commands.set('view', () => ({
    ok: true, leaseSeconds: 30, viewers: [{ userId: 'u9', role: 'nurse', name: 'of a presence', mode: 'viewing', since: '' }],
  }));
  const alert = {
    id: 'a1', type: 'critical_lab_value', priority: 'urgent', title: 'Of an alert', message: '', patientId: 'p1', patientName: null,
    details: null, requiresAcknowledgment: true, owner: null, level: 1, state: 'raised', dueAt: null,
  };
  page.server.answers.set('GET /api/alerts', (query) => ({ items: query.get('state') === 'raised' ? [alert] : [], nextCursor: null }));
}

test('In the same tab nothing of the former person is shown, and nothing more comes with the former credential', async () => {
  serveTheFirst();
  const session = new Tab();
  const connection = new LiveConnection({ url: page.server.url, tokens: session.token });
  const url = `http://127.0.0.1:${(watched.address() as AddressInfo).port}`;
  render(
    <VagusProvider session={session} connection={connection} messaging={page.messaging} url={url}>
      <Everything />
    </VagusProvider>,
  );
  await eventually(() => connection.state.status === 'live', 'the connection');
  const known = () => screen.getByTestId('known').textContent ?? '';
  const parts = ['watched', 'of a presence', 'of a conversation', 'of-a-search', ',7]'];
  await waitFor(() => expect(parts.filter((part) => !known().includes(part))).toEqual([]));
  act(() => page.tell('lab:result_available', {}));
  await screen.findByRole('button', { name: '1 new result' });
  await screen.findByText('Of an alert');
  act(() => screen.getByRole('button', { name: 'Acknowledge…' }).click());

  page.server.answers.clear();
  page.server.commands.clear();
  new SearchServer(page.server).page = [];
  act(() => session.become(signedIn('u2')));

  expect(known()).toBe('[null,[],[],[],null]');
  expect(screen.queryByText(/Of an alert/)).toBeNull();
  expect(screen.queryByRole('button', { name: '1 new result' })).toBeNull();
  await eventually(() => tokens.length === 2 && watched.clients.size === 1, 'the line of the second person alone');
  expect(tokens).toEqual(['of u1', 'of u2']);
  expect(known()).toBe('[null,[],[],[],null]');
  connection.close();
});
