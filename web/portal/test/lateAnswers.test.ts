import { Outbox } from '@vagus/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ask, fetchFile } from '../src/data/ask';
import { Portal } from '../src/data/portal';
import { replyOf, sendDraft } from '../src/messages/outgoing';

let portal: Portal;
let late: (response: Response) => void;
let asked: string[];

beforeEach(() => {
  vi.stubGlobal('navigator', { onLine: true, languages: ['en'] });
  asked = [];
  vi.stubGlobal('fetch', (address: string, init: RequestInit = {}): Promise<Response> => {
    asked.push(`${init.method ?? 'GET'} ${address}`);
    if (address.endsWith('/login')) {
      const { email } = JSON.parse(String(init.body)) as { email: string };
      const user = { id: email, email, displayName: email, role: 'patient' };
      return Promise.resolve(Response.json({ accessToken: email, expiresIn: 300, user }));
    }
    if (address.endsWith('/refresh')) return Promise.resolve(new Response(null, { status: 401 }));
    if (address.endsWith('/late') || address.endsWith('/messages')) return new Promise((resolve) => (late = resolve));
    return Promise.resolve(Response.json({ content: '', version: 0 }));
  });
  portal = new Portal();
});

afterEach(() => {
  portal.drafts.forget();
  portal.session.dispose();
  vi.unstubAllGlobals();
});

const signIn = (email: string) => portal.session.signIn({ email, password: 'x' });

test.each([
  ['an answer', () => ask(portal.session, 'GET', '/late'), 200],
  ['a refusal', () => ask(portal.session, 'GET', '/late'), 403],
  ['a file', () => fetchFile(portal.session, '/late'), 200],
])('What one person asked for does not come to the next: %s', async (_, asking, status) => {
  const came: unknown[] = [];
  await signIn('ana');
  void asking().then(
    (answer) => came.push(answer),
    (error: unknown) => came.push(error),
  );
  await vi.waitFor(() => expect(asked).toContain('GET /late'));

  await signIn('bo');
  late(Response.json({ code: 'of_ana' }, { status }));
  came.push(await ask(portal.session, 'GET', '/soon'));

  expect(came).toEqual([{ content: '', version: 0 }]);
});

test('A draft whose message goes out after its author was signed out by time is empty when the author returns', async () => {
  await signIn('ana');
  const draft = portal.drafts.ofThread('t1');
  draft.change({ content: 'It itches again' });
  const outbox = new Outbox({ session: portal.session, lines: [] });
  const to = { threadId: 't1', patientName: null, lastSeenSequence: 1 };
  const sent = sendDraft(outbox, draft, () => replyOf(to, draft.state.value, draft.clientMessageId()));
  await vi.waitFor(() => expect(asked.some((one) => one.startsWith('POST') && one.endsWith('/messages'))).toBe(true));

  await portal.session.token('ana');
  expect(portal.session.state.status).toBe('signed_out');
  late(Response.json({ id: 'm1', status: 'sent' }, { status: 201 }));
  await sent;

  expect(draft.state.value).toMatchObject({ isSending: false, fields: { content: '' } });
});
