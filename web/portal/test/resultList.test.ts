// @vitest-environment jsdom
import { QueryClient } from '@tanstack/react-query';
import { afterEach, expect, test, vi } from 'vitest';
import { Portal } from '../src/data/portal';
import { resultsQuery } from '../src/results/results';

afterEach(() => vi.unstubAllGlobals());

const user = { id: 'ana', email: 'ana', displayName: 'Ana', role: 'patient', patientId: 'ana' };
const panel = { id: 'panel-2', title: 'Second panel', status: 'final', availableAt: null, tests: [], isViewed: false };

/** A chart that has the new result from its third reading on. */
function clinic(readings: string[]): typeof fetch {
  return async (address) => {
    const path = String(address);
    if (path.endsWith('/login')) return Response.json({ accessToken: 'token', expiresIn: 300, user });
    if (path.endsWith('/labs')) readings.push(path);
    const isThere = readings.length > 2;
    const items = path.endsWith('/labs') && isThere ? [panel] : [];
    return Response.json({ items, nextCursor: null }, { headers: { 'Vagus-Sequence': isThere ? '12' : '11' } });
  };
}

async function read(told: number): Promise<{ readings: string[]; titles: (string | null)[] }> {
  const readings: string[] = [];
  vi.stubGlobal('fetch', clinic(readings));
  const portal = new Portal();
  await portal.session.signIn({ email: 'ana', password: 'x' });
  portal.told = told;
  const { pages } = await new QueryClient().fetchInfiniteQuery(resultsQuery(portal, 'ana'));
  return { readings, titles: pages.flatMap((page) => page.items.map((item) => item.title)) };
}

test('A list that is behind the event that it is loaded for is read again until it has it', async () => {
  const { readings, titles } = await read(12);

  expect(titles).toEqual(['Second panel']);
  expect(readings.length).toBeGreaterThan(2);
});

test('A list that has what was told of is read once', async () => {
  const { readings } = await read(11);

  expect(readings.length).toBe(1);
});
