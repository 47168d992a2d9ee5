// @vitest-environment jsdom
import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { PasswordCard } from '../../src/preferences/PasswordCard';
import { ProveAgain } from '../../src/ui/ProveAgain';
import { FormPage } from './formPage';

const page = FormPage.forEachTest();
const now = 'a long enough password';
const next = 'violet harbor umbrella seven';

function show(): void {
  page.show(
    <>
      <PasswordCard />
      <ProveAgain />
    </>,
  );
}

async function change(current = now, wanted = next): Promise<void> {
  if (current) await page.person.type(screen.getByLabelText('Current password'), current);
  if (wanted) await page.person.type(screen.getByLabelText('New password'), wanted);
  await page.press('Change the password');
}

const refused = (status: number, code: string) => Response.json({ code, title: 'words of the server' }, { status });
const changed = () => new Response(null, { status: 204 });
const paths = () => page.changes().map(({ path }) => path);
const errorOf = (field: string) => {
  const ids = screen.getByLabelText(field).getAttribute('aria-describedby') ?? '';
  return ids.split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
};

/** What is of now is taken from a sign-in of before; the first request finds it too old. */
function signedInLongAgo(): void {
  let asked = 0;
  page.answer('POST /api/auth/password', () => (++asked === 1 ? refused(401, 'fresh_sign_in_required') : changed()));
}

test('What is missing or too short is said at its field, and nothing is sent', async () => {
  show();

  await change('', 'too short');

  expect(errorOf('Current password')).toContain('Write the password that you sign in with now.');
  expect(errorOf('New password')).toContain('Take at least 15 characters.');
  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('Current password')));
  expect(page.changes()).toEqual([]);
});

test('The new password is sent with that of now, once, and neither stays in the form', async () => {
  page.answer('POST /api/auth/password', changed);
  show();

  await change();

  await screen.findByText('Changed. Every other device is signed out.');
  expect(page.changes().map(({ path, body }) => [path, JSON.parse(body)])).toEqual([
    ['/api/auth/password', { currentPassword: now, password: next }],
  ]);
  expect(screen.getByLabelText<HTMLInputElement>('Current password').value).toBe('');
  expect(screen.getByLabelText<HTMLInputElement>('New password').value).toBe('');
});

test.each([
  [401, 'invalid_credentials', 'Current password', 'This is not the password that you sign in with now.'],
  [422, 'password_breached', 'New password', 'This password is on a list that attackers try first. Take another one.'],
])('A refusal with %i %s is said at the field %s, which has the focus; it is sent once', async (status, code, field, text) => {
  page.answer('POST /api/auth/password', () => refused(status, code));
  show();

  await change();

  await waitFor(() => expect(errorOf(field)).toContain(text));
  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText(field)));
  expect(paths()).toEqual(['/api/auth/password']);
  expect(screen.getByLabelText<HTMLInputElement>('New password').value).toBe(next);
});

test('Who has no second step is not asked for the same password again', async () => {
  signedInLongAgo();
  page.answer('GET /api/auth/factors', () => Response.json({ items: [], recoveryCodesLeft: 0, demanded: false, resetAt: null }));
  page.answer('POST /api/auth/step-up', () => Response.json({}));
  show();

  await change();

  await screen.findByText('Changed. Every other device is signed out.');
  expect(paths()).toEqual(['/api/auth/password', '/api/auth/step-up', '/api/auth/password']);
  expect(JSON.parse(page.changes()[1]!.body)).toEqual({ password: now });
});

test('Who has a second step shows it, and then the password is changed', async () => {
  signedInLongAgo();
  const app = { id: 'f-1', kind: 'totp', name: 'App', createdAt: '2026-01-01T00:00:00Z', lastUsedAt: null };
  page.answer('GET /api/auth/factors', () => Response.json({ items: [app], recoveryCodesLeft: 8, demanded: false, resetAt: null }));
  page.answer('POST /api/auth/step-up', () => Response.json({}));
  show();

  await change();
  await page.person.type(await screen.findByLabelText('Code'), '123 456');
  await page.press('Confirm');

  await screen.findByText('Changed. Every other device is signed out.');
  expect(JSON.parse(page.changes()[1]!.body)).toEqual({ code: '123456' });
});

test('Who does not show the second step is told that nothing was changed', async () => {
  page.answer('POST /api/auth/password', () => refused(401, 'fresh_sign_in_required'));
  const app = { id: 'f-1', kind: 'totp', name: 'App', createdAt: '2026-01-01T00:00:00Z', lastUsedAt: null };
  page.answer('GET /api/auth/factors', () => Response.json({ items: [app], recoveryCodesLeft: 8, demanded: false, resetAt: null }));
  show();

  await change();
  await screen.findByLabelText('Code');
  await page.press('Back');

  await screen.findByText('You did not confirm who you are. Nothing was changed.');
});
