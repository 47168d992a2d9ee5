// @vitest-environment jsdom
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { Outbox, type OutboxEntry, type OutboxState } from '@vagus/client';
import { cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { Portal, PortalProvider } from '../src/data/portal';
import type { Outgoing } from '../src/messages/outgoing';
import { followSession } from '../src/shell/followSession';
import { makeRouter } from '../src/shell/router';
import { WordsProvider } from '../src/words/useWords';

configure({ asyncUtilTimeout: 10_000 });

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const about: Outgoing = {
  threadId: null, patientName: null, content: 'The blue one', attachments: [], subject: 'My inhaler', category: 'prescription_refill',
  patientId: 'ana',
};
const request = { method: 'POST', address: '/' } as const;
const entry: OutboxEntry = { id: '1', lane: 'one', request, madeAt: '', status: 'waiting', problem: null, about };
const waiting: OutboxState = { status: 'ready', entries: [entry], lost: 0 };

function answer(address: string, { body }: RequestInit): Response {
  if (address.endsWith('/refresh')) return new Response(null, { status: 401 });
  if (address.endsWith('/login')) {
    const { email } = JSON.parse(String(body)) as { email: string };
    const user = { id: email, email, displayName: email, role: 'patient', patientId: email };
    return Response.json({ accessToken: email, expiresIn: 300, user });
  }
  if (address.endsWith('/me')) return Response.json({ tenantName: 'Elm Street Clinic' });
  if (address.endsWith('/draft')) return Response.json({ content: '', version: 0 });
  return Response.json(address.includes('/fhir/') ? {} : { items: [], nextCursor: null });
}

/** Ana has pressed the button; her message is taken out when the test says so. */
async function takingBack(): Promise<{ portal: Portal; done: () => void; path: () => string }> {
  vi.stubGlobal('fetch', async (address: string, init: RequestInit = {}) => answer(address, init));
  vi.stubGlobal('scrollTo', () => undefined);
  vi.spyOn(Outbox.prototype, 'state', 'get').mockReturnValue(waiting);
  let done!: () => void;
  vi.spyOn(Outbox.prototype, 'drop').mockReturnValue(new Promise((resolve) => (done = () => resolve(true))));
  window.history.replaceState(null, '', '/portal/messages');
  const portal = new Portal();
  const router = makeRouter(portal);
  followSession(portal, router);
  await portal.session.signIn({ email: 'ana', password: 'x' });
  render(
    <WordsProvider choice={portal.language}>
      <QueryClientProvider client={portal.queries}>
        <PortalProvider value={portal}>
          <RouterProvider router={router} />
        </PortalProvider>
      </QueryClientProvider>
    </WordsProvider>,
  );
  fireEvent.click(await screen.findByRole('button', { name: 'Take it back' }));
  await waitFor(() => expect(Outbox.prototype.drop).toHaveBeenCalled());
  return { portal, done, path: () => router.state.location.pathname };
}

test('A first message that is taken back is the draft of a new conversation, which is shown', async () => {
  const { portal, done, path } = await takingBack();

  done();

  await waitFor(() => expect(path()).toBe('/messages/new'));
  expect(portal.drafts.ofNewThread().state.value.fields).toMatchObject({ content: 'The blue one', subject: 'My inhaler' });
  portal.session.dispose();
});

test('A first message that is taken back while the session expires is in the draft of its author', async () => {
  const { portal, done, path } = await takingBack();

  await portal.session.token('ana');
  expect(portal.session.state.status).toBe('signed_out');
  done();

  const content = () => portal.drafts.ofNewThread().state.value.fields.content;
  await waitFor(() => expect(content()).toBe('The blue one'));
  expect(path()).not.toBe('/messages/new');
  await portal.session.signIn({ email: 'ana', password: 'x' });
  expect(content()).toBe('The blue one');
  portal.session.dispose();
});

test('A first message that is taken back while somebody else signs in is not in the draft of that person', async () => {
  const { portal, done, path } = await takingBack();

  await portal.session.signIn({ email: 'bo', password: 'x' });
  done();
  await vi.mocked(Outbox.prototype.drop).mock.results[0]?.value;

  expect(portal.drafts.ofNewThread().state.value.fields.content).toBe('');
  expect(path()).not.toBe('/messages/new');
  portal.session.dispose();
});
