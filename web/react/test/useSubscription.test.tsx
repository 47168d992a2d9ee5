// @vitest-environment jsdom
import type { FhirResource } from '@vagus/client';
import { cleanup, render, screen } from '@testing-library/react';
import { StrictMode, type ReactElement } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket as NodeWebSocket } from 'ws';
import { eventually } from '../../client/test/eventually';
import { SubscriptionServer } from '../../client/test/subscriptionServer';
import { useSubscription, VagusProvider } from '../src/index';

interface Observation extends FhirResource {
  readonly resourceType: 'Observation';
}

let server: SubscriptionServer;
let told: (Observation | null)[];

beforeEach(async () => {
  vi.stubGlobal('WebSocket', NodeWebSocket);
  server = await SubscriptionServer.start();
  told = [];
});

afterEach(async () => {
  cleanup();
  await server.stop();
  vi.unstubAllGlobals();
});

function Events({ id, name }: { id: string | null; name: string }): ReactElement {
  const { live, lastEvent } = useSubscription<Observation>(id, { onEvent: ({ resource }) => void told.push(resource) });
  return <p>{`${name} ${live ? 'live' : 'not live'} ${lastEvent?.number ?? 'none'}`}</p>;
}

function wrap(content: ReactElement): ReactElement {
  return (
    <StrictMode>
      <VagusProvider session={server.session}>{content}</VagusProvider>
    </StrictMode>
  );
}

test('In StrictMode it has one socket and one call for each event, of the type that was named', async () => {
  const shown = render(wrap(<Events id="s1" name="first" />));
  await screen.findByText('first live none');
  shown.rerender(wrap(<Events id="s1" name="second" />));

  server.happens('a');

  await screen.findByText('second live 1');
  expect(told).toEqual([{ resourceType: 'Observation', id: 'a' }]);
  expect(server.peers).toHaveLength(1);
  shown.unmount();
  await eventually(() => server.peers.every(({ readyState }) => readyState === NodeWebSocket.CLOSED), 'the end of the socket');
});

test('Without an id it follows nothing', async () => {
  render(wrap(<Events id={null} name="nothing" />));

  await screen.findByText('nothing not live none');
  expect(server.peers).toEqual([]);
});
