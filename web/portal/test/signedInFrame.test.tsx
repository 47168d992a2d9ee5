// @vitest-environment jsdom
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react';
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

const page = { items: [], nextCursor: null };
const user = (email: string) => ({ id: email, email, displayName: email, role: 'patient', patientId: email });

/** What the server answers to the bearer of a token, which is the email here. */
function answer(address: string, init: RequestInit): unknown {
  const email = new Headers(init.headers).get('Authorization')?.slice('Bearer '.length) ?? '';
  if (address.endsWith('/login')) {
    const credentials = JSON.parse(String(init.body)) as { email: string };
    return { accessToken: credentials.email, expiresIn: 300, user: user(credentials.email) };
  }
  if (address.endsWith('/me')) return { tenantName: `Clinic of ${email}` };
  if (address.endsWith('/draft')) return { content: '', version: 0 };
  return address.includes('/fhir/') ? {} : page;
}

test('A page that is open when another person signs in in place of the first shows nothing of the first', async () => {
  vi.stubGlobal('fetch', async (address: string, init: RequestInit = {}) => Response.json(answer(address, init)));
  vi.stubGlobal('scrollTo', () => undefined);
  window.history.replaceState(null, '', '/portal/messages/new');
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
  await screen.findByText('Clinic of ana');
  fireEvent.click(await screen.findByRole('radio', { name: /^No, none/ }));
  fireEvent.click(screen.getByRole('button', { name: 'Continue' }));
  fireEvent.change(await screen.findByLabelText('Subject'), { target: { value: 'Half written by Ana' } });

  await portal.session.signIn({ email: 'bo', password: 'x' });

  await screen.findByText('Clinic of bo');
  await screen.findByRole('heading', { name: 'First: is this an emergency?' });
  await waitFor(() => expect(screen.queryByText('Clinic of ana')).toBeNull());
  expect(screen.queryByDisplayValue(/Ana/)).toBeNull();
  portal.session.dispose();
});
