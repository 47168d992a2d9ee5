import { SubscriptionLine, type SubscriptionEvent } from '@vagus/client';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket as NodeWebSocket } from 'ws';
import type { Caller } from '../../browser/caller';
import { missing } from './clinic';
import { Visits } from './visits';

/** `SubscriptionLine` of the package, which `useSubscription` shows, with the server's own binding, frames and numbers. */
describe.skipIf(missing)(`a FHIR subscription${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest('subscription');
  const stops: (() => void)[] = [];

  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });

  function follow(id: string, who: Caller, after: number | null = null) {
    // Node 20 has no WebSocket of its own; browsers do.
    globalThis.WebSocket = NodeWebSocket as unknown as typeof globalThis.WebSocket;
    const fetchAs = async (address: string, init: RequestInit = {}) =>
      fetch(`${visits.clinic.url}${address}`, { ...init, headers: { Authorization: `Bearer ${await who.token()}` } });
    const line = new SubscriptionLine({ session: { fetch: fetchAs }, id, after });
    const told: SubscriptionEvent[] = [];
    line.onEvent((event) => told.push(event));
    stops.push(line.watch(() => {}));
    return { line, told };
  }

  const write = (id: string, status: string) =>
    visits.caller('records').put({
      resourceType: 'Observation', id, status, code: { text: 'Weight' }, subject: { reference: 'Patient/kenji' },
    });

  test('Two lines of one subscription tell each event once and in order, also what only the other one was sent', async () => {
    const nurse = visits.caller('nurse');
    const { id } = await nurse.ask<{ id: string }>('POST', '/fhir/Subscription', {
      resourceType: 'Subscription', status: 'requested', reason: 'Weights', criteria: 'Observation?patient=Patient/kenji',
      channel: { type: 'websocket', payload: 'application/fhir+json' },
    });
    const first = follow(id, nurse);
    const second = follow(id, nurse);
    await expect.poll(() => [first.line.state.status, second.line.state.status]).toEqual(['live', 'live']);

    await write('weight-1', 'preliminary');
    await expect.poll(() => first.told.length).toBe(1);
    stops.splice(0, 1)[0]?.();
    // The line ends a moment after its last watcher has left, and tells what comes until then.
    await expect.poll(() => first.line.state.status).toBe('idle');
    await write('weight-1', 'final');
    await write('weight-2', 'final');
    await expect.poll(() => second.told.map(({ number, focus }) => `${number} ${focus}`)).toEqual([
      '1 Observation/weight-1', '2 Observation/weight-1', '3 Observation/weight-2',
    ]);
    const again = follow(id, nurse, first.told.at(-1)?.number ?? null);

    await expect.poll(() => again.told.map(({ number, resource }) => `${number} ${resource?.id}`)).toEqual(['2 weight-1', '3 weight-2']);
    expect(first.told[0]?.resource).toMatchObject({ resourceType: 'Observation', id: 'weight-1', status: 'preliminary' });
  });
});
