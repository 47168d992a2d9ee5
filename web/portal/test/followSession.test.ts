import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Portal } from '../src/data/portal';
import { followSession } from '../src/shell/followSession';
import { makeRouter } from '../src/shell/router';

let portal: Portal;
let saved: string[];

beforeEach(() => {
  vi.stubGlobal('navigator', { onLine: true, languages: ['en'] });
  saved = [];
  vi.stubGlobal('fetch', async (address: string, init: RequestInit = {}) => {
    if (address.endsWith('/login')) {
      const { email } = JSON.parse(String(init.body)) as { email: string };
      return Response.json({ accessToken: email, expiresIn: 300, user: { id: email, email, displayName: email, role: 'patient' } });
    }
    if (init.method === 'PUT') saved.push(String(init.body));
    return Response.json({ content: '', version: 1 });
  });
  portal = new Portal();
  followSession(portal, makeRouter(portal));
});

afterEach(() => {
  portal.drafts.forget();
  portal.session.dispose();
  vi.unstubAllGlobals();
});

const signIn = (email: string) => portal.session.signIn({ email, password: 'x' });

test('What was said to a screen reader is gone after a sign-out', async () => {
  await signIn('ana');
  portal.announced.set('rash.jpg was added');

  await portal.session.signOut();

  expect(portal.announced.value).toBe('');
});

test('What one person typed is not saved when another one signs in in place of the first', async () => {
  await signIn('ana');
  const draft = portal.drafts.ofNewThread();
  draft.change({ content: 'a secret of Ana' });

  await signIn('bo');
  await draft.save();

  expect(saved).toEqual([]);
  expect(portal.drafts.ofNewThread()).not.toBe(draft);
});
