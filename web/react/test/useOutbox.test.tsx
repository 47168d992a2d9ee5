// @vitest-environment jsdom
import { act, screen } from '@testing-library/react';
import { IDBFactory } from 'fake-indexeddb';
import type { ReactElement } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useOutbox } from '../src/index';
import { LivePage } from './page';

const page = LivePage.forEachTest();
let isAway: boolean;
let taken: string[];

beforeEach(() => {
  isAway = false;
  taken = [];
  vi.stubGlobal('indexedDB', new IDBFactory());
  page.session = {
    ...page.session,
    path: '/api/auth',
    deviceKey: () => Promise.resolve({ owner: 'o', keyId: 'k', key: 'A'.repeat(43) }),
    fetch: (_address, init) => {
      if (isAway) return Promise.reject(new TypeError('Failed to fetch'));
      taken.push(new Headers(init?.headers).get('Idempotency-Key') ?? '');
      return Promise.resolve(Response.json({ taken: true }));
    },
  };
});

afterEach(() => vi.unstubAllGlobals());

test('In StrictMode what waits is shown, goes out once when it can, and is told once', async () => {
  const told: string[] = [];
  function Waiting(): ReactElement {
    const { status, entries, outbox } = useOutbox(({ entry }) => void told.push(entry.id));
    const write = () => void outbox.submit({ id: 'w1', request: { method: 'POST', address: '/api/x', body: {} } });
    return (
      <>
        <p>{`${status}: ${entries.map((entry) => `${entry.id} ${entry.status}`).join()}`}</p>
        <button type="button" onClick={write}>
          Write
        </button>
        <button type="button" onClick={outbox.sendNow}>
          Send now
        </button>
      </>
    );
  }
  page.show(<Waiting />);
  await screen.findByText('ready:');
  isAway = true;
  act(() => screen.getByText('Write').click());
  await screen.findByText('ready: w1 waiting');
  isAway = false;
  act(() => screen.getByText('Send now').click());
  await screen.findByText('ready:');

  expect(taken).toEqual(['w1']);
  expect(told).toEqual(['w1']);
});

test('A session that gives no key is told as one that keeps nothing', async () => {
  page.session = { token: page.session.token, fetch: page.session.fetch };
  function Status(): ReactElement {
    return <p>{useOutbox().status}</p>;
  }
  page.show(<Status />);

  await screen.findByText('unavailable');
});
