// @vitest-environment jsdom
import { LiveConnection, type SessionState } from '@vagus/client';
import { act, render, screen, waitFor } from '@testing-library/react';
import type { ReactElement } from 'react';
import { expect, test } from 'vitest';
import { eventually } from '../../client/test/eventually';
import { useConnection, useNotifications, VagusProvider } from '../src/index';
import { LivePage } from './page';

const page = LivePage.forEachTest();

/** A session of the application's own. */
class OwnSession {
  state: SessionState = { status: 'signed_in', user: { id: 'u1', email: '', displayName: '', role: 'nurse' } };
  readonly #watchers = new Set<() => void>();
  readonly token = () => (this.state.status === 'signed_out' ? Promise.resolve(null) : page.session.token());
  readonly fetch = (address: string, init?: RequestInit) => page.session.fetch(address, init);

  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  become(state: SessionState): void {
    this.state = state;
    for (const watcher of this.#watchers) watcher();
  }
}

function Told(): ReactElement {
  const { status } = useConnection();
  return <p>{`${status}: ${useNotifications().items.map(({ title }) => title).join()}`}</p>;
}

test('Signing out closes the line and takes away what it brought, and signing in begins anew', async () => {
  const session = new OwnSession();
  const signedIn = session.state;
  const connection = new LiveConnection({ url: page.server.url, tokens: session.token });
  const item = { id: 'n1', type: '', priority: 'normal', message: '', patientId: null, reportId: null, action: null };
  let title = 'For the first person';
  page.server.answers.set('GET /api/notifications', () => ({
    items: [{ ...item, title, createdAt: '', seenAt: null, readAt: null }], unreadCount: 1, unseenCount: 1, nextCursor: null,
  }));
  render(
    <VagusProvider session={session} connection={connection} messaging={page.messaging}>
      <Told />
    </VagusProvider>,
  );
  await screen.findByText('live: For the first person');

  page.server.answers.set('GET /api/notifications', () => 401);
  act(() => session.become({ status: 'signed_out', because: 'asked' }));

  await eventually(() => page.server.connections === 0, 'the line to close');
  await waitFor(() => expect(screen.queryByText(/first person/)).toBeNull());
  title = 'For the second person';
  page.server.answers.set('GET /api/notifications', () => ({
    items: [{ ...item, title, createdAt: '', seenAt: null, readAt: null }], unreadCount: 1, unseenCount: 1, nextCursor: null,
  }));
  act(() => session.become(signedIn));
  await screen.findByText('live: For the second person');
  connection.close();
});

test('Another person who signs in in place of the first one is shown nothing of the first', async () => {
  const session = new OwnSession();
  const connection = new LiveConnection({ url: page.server.url, tokens: session.token });
  const item = { id: 'n1', type: '', priority: 'normal', message: '', patientId: null, reportId: null, action: null };
  let title = 'For the first person';
  page.server.answers.set('GET /api/notifications', () => ({
    items: [{ ...item, title, createdAt: '', seenAt: null, readAt: null }], unreadCount: 1, unseenCount: 1, nextCursor: null,
  }));
  render(
    <VagusProvider session={session} connection={connection} messaging={page.messaging}>
      <Told />
    </VagusProvider>,
  );
  await screen.findByText('live: For the first person');

  title = 'For the second person';
  act(() => session.become({ status: 'signed_in', user: { id: 'u2', email: '', displayName: '', role: 'nurse' } }));

  expect(screen.queryByText(/first person/)).toBeNull();
  await screen.findByText('live: For the second person');
  connection.close();
});
