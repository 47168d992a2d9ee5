// @vitest-environment jsdom
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { cleanup, configure, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { Portal, PortalProvider } from '../src/data/portal';
import { followSession } from '../src/shell/followSession';
import { makeRouter } from '../src/shell/router';
import { Announcer } from '../src/ui/Announcer';
import { WordsProvider } from '../src/words/useWords';

configure({ asyncUtilTimeout: 10_000 });

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const user = { id: 'ana', email: 'ana', displayName: 'Ana', role: 'patient', patientId: 'ana' };

function held(patientId: string, content: string) {
  return {
    id: `held-${patientId}`,
    content,
    status: 'scheduled',
    sendAt: '2026-11-27T12:00:00Z',
    attachments: [],
    begins: { patientId, subject: 'My inhaler', category: 'prescription_refill' },
  };
}

/** A clinic that gives time to take a message back; one of Ana waits, and one that she wrote for her son. */
function answer(address: string, { method, body }: RequestInit): unknown {
  if (address.endsWith('/login')) return { accessToken: 'token', expiresIn: 300, user };
  if (address.endsWith('/me')) return { tenantName: 'Elm Street Clinic', timeZone: 'Pacific/Kiritimati' };
  if (address.endsWith('/draft')) return method === 'PUT' ? { ...JSON.parse(String(body)), version: 1 } : { content: '', version: 0 };
  if (address.includes('/scheduled/')) return held('ana', 'The blue one');
  if (address.includes('/scheduled')) return { items: [held('ana', 'The blue one'), held('son', 'The red one')] };
  return address.includes('/fhir/') ? {} : { items: [], nextCursor: null };
}

async function openMessages(): Promise<Portal> {
  vi.stubGlobal('fetch', async (address: string, init: RequestInit = {}) => Response.json(answer(address, init)));
  vi.stubGlobal('scrollTo', () => undefined);
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
          <Announcer />
        </PortalProvider>
      </QueryClientProvider>
    </WordsProvider>,
  );
  return portal;
}

test('A first message that waits is listed for its patient alone, and taken back it is the draft of a new conversation', async () => {
  const portal = await openMessages();
  await screen.findByText('The blue one');
  expect(screen.queryByText('The red one')).toBeNull();

  fireEvent.click(screen.getByRole('button', { name: 'Take it back' }));

  await screen.findByRole('heading', { name: 'First: is this an emergency?' });
  expect(portal.drafts.ofNewThread().state.value.fields).toMatchObject({
    content: 'The blue one', subject: 'My inhaler', category: 'prescription_refill', patientId: 'ana',
  });
  portal.session.dispose();
});

test('Times of messages are those of the clinic, and its zone is named where this device shows another time', async () => {
  const portal = await openMessages();

  await screen.findByText(/Times are those of the clinic: Line Islands Time/);
  // Noon in Greenwich.
  await screen.findByText(/\b2:00/);
  portal.session.dispose();
});
