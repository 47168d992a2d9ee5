import { beforeEach, expect, test } from 'vitest';
import { LiveConnection, type FhirResource, type LiveSearch } from '../src/index';
import { eventually } from './eventually';
import { LiveClient } from './liveClient';
import { LiveServer } from './liveServer';
import { SearchServer } from './searchServer';

const client = LiveClient.forEachTest();
const query = 'Appointment?date=2026-11-26';
let searches: SearchServer;

beforeEach(() => {
  searches = new SearchServer(client.server);
  searches.page = [appointment('a1')];
});

function appointment(id: string, status = 'booked', version = '1'): FhirResource {
  return { resourceType: 'Appointment', id, status, meta: { versionId: version } };
}

const ids = (search: LiveSearch): string[] => search.state.resources.map(({ id }) => id);

async function opened(options: Parameters<LiveConnection['liveSearch']>[1] = {}): Promise<LiveSearch> {
  const search = client.connect().liveSearch(query, options);
  search.watch(() => {});
  expect(search.state.status).toBe('opening');
  await eventually(() => search.state.status === 'live', 'the first page');
  return search;
}

test('Its first watcher opens it, and the list follows what enters, changes and leaves', async () => {
  const search = await opened();
  expect(search.state).toMatchObject({ sequence: 0, complete: true, total: 1, error: null });

  searches.change('enter', appointment('a2'));
  searches.change('update', appointment('a1', 'arrived', '2'));
  searches.change('leave', appointment('a2'));

  await eventually(() => search.state.sequence === 3, 'the changes');
  expect(search.state.resources).toEqual([appointment('a1', 'arrived', '2')]);
});

test('What comes in the same turn as the answer is not lost', async () => {
  searches.afterAnswer = (socket, subscriptionId) => {
    client.server.remember('resource');
    const told = { resourceType: 'Appointment', resourceId: 'a2', resource: appointment('a2'), sequence: 1 };
    socket.emit('search_changed', { subscriptionId, change: 'enter', ...told });
  };

  const search = await opened();

  await eventually(() => search.state.sequence === 1, 'the change');
  expect(ids(search)).toEqual(['a1', 'a2']);
});

test('A change that is told twice is applied once', async () => {
  const search = await opened();
  searches.change('enter', appointment('a2'));
  searches.change('leave', appointment('a2'));
  await eventually(() => search.state.sequence === 2, 'the changes');

  searches.repeat();
  searches.change('enter', appointment('a3'));

  await eventually(() => search.state.sequence === 3, 'the last change');
  expect(ids(search)).toEqual(['a1', 'a3']);
});

test('The change of a search takes no event of the same position from the stream', async () => {
  const search = await opened();
  const seen = client.sequencesSeen();

  searches.change('enter', appointment('a2'));
  await eventually(() => search.state.sequence === 1, 'the change');
  client.server.emit('appointment:created', { id: 'a2', eventId: 'e1', sequence: 1, occurredAt: '', patientId: null });

  await eventually(() => seen.length === 1, 'the event');
});

test('After an interruption it goes on with its list from the last position', async () => {
  const search = await opened();
  searches.change('enter', appointment('a2'));
  await eventually(() => search.state.sequence === 1, 'the change');

  client.server.dropTransports();
  await eventually(() => search.state.status === 'stale', 'the interruption');
  expect(ids(search)).toEqual(['a1', 'a2']);
  searches.change('leave', appointment('a1'));

  await eventually(() => search.state.sequence === 2, 'what was missed');
  expect(search.state.status).toBe('live');
  expect(ids(search)).toEqual(['a2']);
  expect(searches.asked.at(-1)).toEqual({ search: query, since: 1 });
});

test('A reset replaces the list', async () => {
  const search = await opened();
  searches.mayGoOn = false;
  searches.page = [appointment('b1')];

  client.server.dropTransports();

  await eventually(() => ids(search)[0] === 'b1', 'the new page');
  expect(ids(search)).toEqual(['b1']);
});

test('The position moves where it goes on, also where nothing entered', async () => {
  const search = await opened();
  client.server.emit('position', { sequence: 40, live: true });
  await eventually(() => client.connection.sequence === 40, 'the position');

  client.server.dropTransports();

  await eventually(() => searches.asked.length === 2, 'the second subscription');
  expect(searches.asked[1]).toEqual({ search: query, since: 40 });
  expect(search.since).toBe(40);
});

test('A search that the server refuses says why, and may be asked again', async () => {
  searches.refuses = () => ({ code: 'too_many_matches', message: 'More than 1,000 resources are found.' });
  const search = client.connect().liveSearch('Patient?');
  search.watch(() => {});
  await eventually(() => search.state.status === 'refused', 'the refusal');
  expect(search.state.error).toEqual({ code: 'too_many_matches', message: 'More than 1,000 resources are found.' });
  expect(client.connection.state.status).toBe('live');

  searches.refuses = () => null;
  search.retry();

  await eventually(() => search.state.status === 'live', 'the page');
  expect(search.state.error).toBeNull();
});

test('The list is in the order that was asked for', async () => {
  const search = await opened({ compare: (one, other) => one.id.localeCompare(other.id) });

  searches.change('enter', appointment('a0'));

  await eventually(() => search.state.sequence === 1, 'the change');
  expect(ids(search)).toEqual(['a0', 'a1']);
});

test('Watched, left and watched in one moment it is one subscription; left for good it is ended and its list is gone', async () => {
  const search = client.connect().liveSearch(query);
  search.watch(() => {})();
  const leave = search.watch(() => {});
  await eventually(() => search.state.status === 'live', 'the page');
  expect(searches.asked).toHaveLength(1);

  leave();
  leave();

  await eventually(() => searches.ended.length === 1, 'the end');
  expect(searches.ended).toEqual(['search-1']);
  expect(search.state).toMatchObject({ status: 'closed', resources: [] });
});

test('When the connection is closed for good, nothing of the list stays for the next person', async () => {
  const search = await opened();

  client.connection.close();

  expect(search.state).toMatchObject({ status: 'opening', resources: [], sequence: null });
});

test('A connection that Socket.IO restored has its searches: nothing is asked again', async () => {
  const server = await LiveServer.start({ recovers: true });
  const own = new SearchServer(server);
  own.page = [appointment('a1')];
  const connection = new LiveConnection({ url: server.url, tokens: client.issue });
  client.connect();
  const search = connection.liveSearch(query);
  search.watch(() => {});
  await eventually(() => search.state.status === 'live', 'the page');
  server.publish('patient:created');
  await eventually(() => connection.sequence === 1, 'the offset');

  server.dropTransports();
  await eventually(() => search.state.status === 'stale', 'the interruption');
  await eventually(() => search.state.status === 'live', 'the connection');

  expect(own.asked).toHaveLength(1);
  connection.close();
  await server.stop();
});
