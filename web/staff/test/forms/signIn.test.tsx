// @vitest-environment jsdom
import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { screen, waitFor } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { rememberPerson } from '../../src/data/session/tabPerson';
import { SignInPage } from '../../src/sign-in/SignInPage';
import { FormPage, pending } from './formPage';

const page = FormPage.forEachTest({ signedIn: false });
afterEach(() => rememberPerson(null));

async function show(address = '/sign-in'): Promise<ReturnType<typeof pages>> {
  const router = pages(address);
  // The app's own router has other routes than this page's.
  page.show(<RouterProvider router={router as never} />);
  await screen.findByRole('heading', { name: 'Sign in' });
  return router;
}

function pages(address: string) {
  const root = createRootRoute();
  const signIn = createRoute({
    getParentRoute: () => root,
    path: '/sign-in',
    component: SignInPage,
    validateSearch: ({ return: path }: Record<string, unknown>): { return?: string } => (typeof path === 'string' ? { return: path } : {}),
  });
  const others = createRoute({ getParentRoute: () => root, path: '$', component: () => <p>Another page</p> });
  const home = createRoute({ getParentRoute: () => root, path: '/', component: () => <p>Home</p> });
  return createRouter({ routeTree: root.addChildren([signIn, home, others]), history: createMemoryHistory({ initialEntries: [address] }) });
}

async function fill({ email = 'kim@clinic.example', password = 'a long enough password', organization = '' } = {}): Promise<void> {
  if (email) await page.person.type(screen.getByLabelText('Email'), email);
  if (password) await page.person.type(screen.getByLabelText('Password'), password);
  if (organization) await page.person.type(screen.getByLabelText('Organization'), organization);
}

const signedIn = () =>
  Response.json({ accessToken: 'a', expiresIn: 900, user: { id: 'u', email: 'kim@clinic.example', displayName: 'Kim', role: 'nurse' } });

test.each([
  ['no email', { email: '' }],
  ['no password', { password: '' }],
  ['an email without @', { email: 'kim.clinic.example' }],
])('With %s nothing is sent', async (_what, typed) => {
  await show();
  await fill(typed);

  await page.press('Sign in');

  expect(page.sent).toEqual([]);
});

test('Blanks around email and organization do not count, those of the password do', async () => {
  page.answer('POST /api/auth/login', signedIn);
  await show();
  await fill({ email: ' kim@clinic.example ', password: ' secret ', organization: ' harbor ' });

  await page.press('Sign in');

  await waitFor(() => expect(page.sent).toHaveLength(1));
  expect(JSON.parse(page.sent[0]!.body)).toEqual({ email: 'kim@clinic.example', password: ' secret ', tenant: 'harbor' });
});

test('An organization of blanks is none', async () => {
  page.answer('POST /api/auth/login', signedIn);
  await show();
  await fill({ organization: '  ' });

  await page.press('Sign in');

  await waitFor(() => expect(page.sent).toHaveLength(1));
  expect(JSON.parse(page.sent[0]!.body)).not.toHaveProperty('tenant');
});

test.each([
  [401, 'wrong_credentials', 'The email or the password is not right.'],
  [429, 'too_many_attempts', 'Too many attempts. Wait a few minutes and try again.'],
  [429, 'sign_in_busy', 'Too many people are signing in at this moment. Try again in a few seconds.'],
  [503, 'unavailable', 'The server is busy or being restarted. Try again in a moment.'],
])('A refusal with %i %s is told in words of our own, and the password is ready to be typed again', async (status, code, text) => {
  page.answer('POST /api/auth/login', () => Response.json({ code, title: 'words of the server' }, { status }));
  await show();
  await fill();

  await page.press('Sign in');

  expect((await screen.findByRole('alert')).textContent).toBe(text);
  const password = screen.getByLabelText<HTMLInputElement>('Password');
  expect(password.value.slice(password.selectionStart ?? 0, password.selectionEnd ?? 0)).toBe('a long enough password');
  expect(screen.getByLabelText<HTMLInputElement>('Email').value).toBe('kim@clinic.example');
});

test('A server out of reach is not a wrong password', async () => {
  page.answer('POST /api/auth/login', () => Promise.reject(new TypeError('Failed to fetch')));
  await show();
  await fill();

  await page.press('Sign in');

  expect((await screen.findByRole('alert')).textContent).toBe('The server cannot be reached right now.');
});

test('While it is signing in it is not sent again', async () => {
  const { answer, end } = pending();
  page.answer('POST /api/auth/login', answer);
  const router = await show();
  await fill();

  await page.press('Sign in');
  await page.press('Sign in');
  end(signedIn());

  await waitFor(() => expect(router.state.location.pathname).toBe('/'));
  expect(page.sent).toHaveLength(1);
});

test.each([
  ['u', '/patients/ana'],
  ['somebody else', '/'],
])('A page that %s had open on this tab is opened for that person alone', async (author, path) => {
  rememberPerson(author);
  page.answer('POST /api/auth/login', signedIn);
  const router = await show('/sign-in?return=/patients/ana');
  await fill();

  await page.press('Sign in');

  await waitFor(() => expect(router.state.location.pathname).toBe(path));
});

test('After signing in it goes back to the page that asked for it', async () => {
  page.answer('POST /api/auth/login', signedIn);
  const router = await show('/sign-in?return=%2Fpatients%2Fana');
  await fill();

  await page.press('Sign in');

  await waitFor(() => expect(router.state.location.pathname).toBe('/patients/ana'));
});

test('Who has to add a second step first is shown its seed, and goes on after the recovery codes were written down', async () => {
  const owed = { code: 'second_factor_enrolment_required', title: 'x', challenge: 'c-1', methods: [], passkeyOptions: null };
  page.answer('POST /api/auth/login', () => Response.json(owed, { status: 401 }));
  const uri = 'otpauth://totp/V:kim?secret=ABCDEFGH';
  page.answer('POST /api/auth/login/enrolment', () => Response.json({ id: 'f-1', secret: 'ABCDEFGH', uri }));
  page.answer('POST /api/auth/login/enrolment/confirmation', async () =>
    Response.json({ ...(await signedIn().json()), recoveryCodes: ['one-1', 'two-2'] }),
  );
  const router = await show();
  await fill();
  await page.press('Sign in');
  expect(await screen.findByRole('img', { name: 'Code to be scanned by an authenticator app' })).toBeTruthy();
  expect(screen.getByText('ABCD EFGH')).toBeTruthy();

  await page.person.type(screen.getByLabelText('Code'), '123 456{Enter}');
  await screen.findByRole('list', { name: 'Recovery codes' });
  await page.press('I have written them down');

  await waitFor(() => expect(router.state.location.pathname).toBe('/'));
  const sent = page.sent.map(({ path, body }) => [path, JSON.parse(body)]);
  expect(sent.slice(1)).toEqual([
    ['/api/auth/login/enrolment', { challenge: 'c-1' }],
    ['/api/auth/login/enrolment/confirmation', { challenge: 'c-1', id: 'f-1', code: '123456' }],
  ]);
});
