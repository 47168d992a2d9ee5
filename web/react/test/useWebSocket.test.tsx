// @vitest-environment jsdom
import type { AddressInfo } from 'node:net';
import { act, cleanup, render, screen } from '@testing-library/react';
import { StrictMode, type ReactElement } from 'react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { eventually } from '../../client/test/eventually';
import { usePatientUpdates, useWebSocket, VagusProvider } from '../src/index';

interface Frame {
  readonly type: string;
  readonly data: Record<string, unknown>;
}

let server: WebSocketServer;
let subscriptions: Record<string, unknown>[];
const session = {
  token: () => Promise.resolve({ value: 'token', expiresAt: Date.now() + 600_000 }),
  fetch: (address: string, init?: RequestInit) => fetch(address, init),
};

beforeEach(async () => {
  subscriptions = [];
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/ws' });
  server.on('connection', (socket) => {
    const send = (type: string, data: object) => socket.send(JSON.stringify({ type, data, timestamp: '' }));
    socket.on('message', (text) => {
      const { type, data } = JSON.parse(String(text)) as Frame;
      if (type === 'authenticate') send('welcome', { client_id: 'c1', sequence: 1, resumed: false });
      if (type !== 'subscribe') return;
      subscriptions.push(data);
      send('subscribed', { subscription_id: data['subscription_id'], sequence: 1 });
      const changed = { resource_type: 'Observation', resource_id: 'o1', patient_id: 'p1', version_id: '2' };
      send('update', { action: 'updated', ...changed, resource: { resourceType: 'Observation', id: 'o1' }, sequence: 2 });
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
});

afterEach(async () => {
  cleanup();
  for (const socket of server.clients) socket.terminate();
  await new Promise((resolve) => server.close(resolve));
});

function show(content: ReactElement): ReturnType<typeof render> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return render(
    <StrictMode>
      <VagusProvider session={session} url={url}>
        {content}
      </VagusProvider>
    </StrictMode>,
  );
}

test('useWebSocket tells the last update with its content, and closes its line with the component', async () => {
  function Last(): ReactElement {
    const { connected, lastUpdate } = useWebSocket({ resourceTypes: ['Observation'], patientIds: ['p1'], enabled: true });
    return <p>{`${connected} ${lastUpdate?.action} ${lastUpdate?.resourceType}/${lastUpdate?.resourceId}`}</p>;
  }
  const shown = show(<Last />);

  expect(await screen.findByText('true updated Observation/o1')).toBeTruthy();
  expect(subscriptions.at(-1)).toMatchObject({ resource_types: ['Observation'], patient_ids: ['p1'] });
  await eventually(() => server.clients.size === 1, 'the first line of StrictMode to end');
  shown.unmount();
  await eventually(() => server.clients.size === 0, 'the line to close');
});

test('usePatientUpdates without a patient, and what is not enabled, opens nothing', async () => {
  function Nothing(): ReactElement {
    const one = usePatientUpdates(null);
    const other = useWebSocket({ enabled: false });
    return <p>{`${one.connected} ${other.connected}`}</p>;
  }
  show(<Nothing />);

  expect(await screen.findByText('false false')).toBeTruthy();
  expect(server.clients.size).toBe(0);
});

test('usePatientUpdates follows everything of one patient, each change once', async () => {
  const changes: string[] = [];
  function Chart(): null {
    usePatientUpdates('p1', { onUpdate: ({ resourceId }) => void changes.push(resourceId) });
    return null;
  }
  show(<Chart />);

  await eventually(() => changes.length > 0, 'the change');
  expect(changes).toEqual(['o1']);
  expect(subscriptions.at(-1)).toMatchObject({ resource_types: ['*'], patient_ids: ['p1'] });
});

test('Mounted and unmounted 1,000 times, no line is left, and a change is told once', async () => {
  const changes: string[] = [];
  function Both(): null {
    useWebSocket({ onUpdate: ({ resourceId }) => void changes.push(resourceId) });
    usePatientUpdates('p1');
    return null;
  }
  const shown = show(<Both />);
  const wrap = (content: ReactElement | null) => (
    <StrictMode>
      <VagusProvider session={session} url={`http://127.0.0.1:${(server.address() as AddressInfo).port}`}>
        {content}
      </VagusProvider>
    </StrictMode>
  );
  for (let times = 0; times < 1_000; times++) {
    shown.rerender(wrap(<Both />));
    shown.rerender(wrap(null));
    // What has left ends in its next turn.
    if (times % 20 === 0) await act(() => new Promise((resolve) => setTimeout(resolve, 0)));
  }
  await eventually(() => server.clients.size === 0, 'every line to close');
  changes.length = 0;

  shown.rerender(wrap(<Both />));

  await eventually(() => changes.length > 0 && server.clients.size === 2, 'the change, on two lines');
  expect(changes).toEqual(['o1']);
}, 120_000);
