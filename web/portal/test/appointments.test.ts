import { InfiniteQueryObserver, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { comingQuery, pastQuery } from '../src/appointments/appointments';
import { Portal } from '../src/data/portal';

let portal: Portal;
let asked: URLSearchParams[];

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-27T12:00:00Z') });
  vi.stubGlobal('navigator', { onLine: true, languages: ['en'] });
  asked = [];
  vi.stubGlobal('fetch', async (address: string) => {
    const user = { id: 'ana', email: 'ana', displayName: 'Ana', role: 'patient' };
    if (address.endsWith('/login')) return Response.json({ accessToken: 'token', expiresIn: 1e9, user });
    asked.push(new URL(address, 'https://clinic.example').searchParams);
    return Response.json({ items: [], nextCursor: null });
  });
  portal = new Portal();
  await portal.session.signIn({ email: 'ana', password: 'x' });
});

afterEach(() => {
  portal.session.dispose();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('A page that stays open for days asks for the appointments from now on, not from when it was opened', async () => {
  const list = new QueryObserver(portal.queries, comingQuery(portal, 'ana'));
  await list.refetch();
  vi.setSystemTime(new Date('2026-11-29T12:00:00Z'));
  await list.refetch();

  expect(asked.map((query) => query.get('from'))).toEqual(['2026-11-27T10:00:00.000Z', '2026-11-29T10:00:00.000Z']);
});

test('Each year of past appointments ends where the one after it begins, however late it is asked for', async () => {
  const list = new InfiniteQueryObserver(portal.queries, pastQuery(portal, 'ana'));
  await list.refetch();
  vi.setSystemTime(new Date('2026-11-29T12:00:00Z'));
  await list.fetchNextPage();

  expect(asked.map((query) => query.get('to'))).toEqual(['2026-11-27T10:00:00.000Z', '2025-11-27T10:00:00.000Z']);
});
