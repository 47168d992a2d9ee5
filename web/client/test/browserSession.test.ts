import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BrowserSession, factorOwed, may, Problem } from '../src/index';
import { eventually } from './eventually';

const sessions: BrowserSession[] = [];
let requests: { path: string; init: RequestInit }[];
let renewals: number;
let answers: Record<string, () => Response | Promise<Response>>;
let lockIsTaken: Promise<unknown>;

function session(): BrowserSession {
  const made = new BrowserSession();
  sessions.push(made);
  return made;
}

function grant(): Response {
  renewals += 1;
  const user = { id: 'u1', email: 'kim@clinic.example', displayName: 'Kim Osei', role: 'nurse' };
  return Response.json({ accessToken: `token-${renewals}`, expiresIn: 300, sessionId: 's1', user });
}

function problem(status: number, code: string): Response {
  return Response.json({ title: 'No', code }, { status, headers: { 'Content-Type': 'application/problem+json' } });
}

/** The last request has no answer, and ends with its signal. */
function hangs(): Promise<Response> {
  return new Promise((_, reject) => {
    const { signal } = requests.at(-1)!.init;
    const end = () => reject(signal?.reason as Error);
    if (signal?.aborted) end();
    signal?.addEventListener('abort', end);
  });
}

beforeEach(() => {
  requests = [];
  renewals = 0;
  lockIsTaken = Promise.resolve();
  answers = { login: grant, refresh: grant, logout: () => new Response(null, { status: 204 }) };
  vi.stubGlobal('fetch', async (address: string, init: RequestInit) => {
    const path = address.split('/').at(-1)!;
    requests.push({ path, init });
    await new Promise((resolve) => setTimeout(resolve, 2));
    return answers[path]!();
  });
  // Node 20 has no Web Locks.
  vi.stubGlobal('navigator', {
    locks: {
      request: (_name: string, work: () => Promise<unknown>) => {
        const turn = lockIsTaken.then(work, work);
        lockIsTaken = turn.catch(() => {});
        return turn;
      },
    },
  });
});

afterEach(() => {
  for (const made of sessions.splice(0)) made.dispose();
  vi.unstubAllGlobals();
});

test('Signing in keeps the access token in memory and asks for the cookie', async () => {
  const mine = session();

  await mine.signIn({ email: 'kim@clinic.example', password: 'correct horse' });

  expect(mine.state).toMatchObject({ status: 'signed_in', user: { displayName: 'Kim Osei' } });
  expect(new Headers(requests[0]!.init.headers).get('X-Vagus-Client')).toBe('browser');
  expect((await mine.token())?.value).toBe('token-1');
  expect(requests).toHaveLength(1);
});

test('A refused sign-in tells the code of the refusal', async () => {
  answers['login'] = () => problem(401, 'wrong_credentials');

  const attempt = session().signIn({ email: 'kim@clinic.example', password: 'wrong' });

  await expect(attempt).rejects.toMatchObject({ status: 401, code: 'wrong_credentials' });
  await expect(attempt).rejects.toBeInstanceOf(Problem);
});

test('Many callers share one renewal', async () => {
  const mine = session();

  const tokens = await Promise.all([mine.token(), mine.token(), mine.restore().then(() => mine.token())]);

  expect(tokens.map((token) => token?.value)).toEqual(['token-1', 'token-1', 'token-1']);
  expect(requests.map((request) => request.path)).toEqual(['refresh']);
});

test('Tabs take turns and the second uses the token that the first got', async () => {
  const [first, second] = [session(), session()];
  await first.signIn({ email: 'kim@clinic.example', password: 'correct horse' });
  await eventually(() => second.state.status === 'signed_in', 'the other tab to hear of it');

  const [one, other] = await Promise.all([first.token('token-1'), second.token('token-1')]);

  expect(renewals).toBeLessThanOrEqual(3);
  expect(one?.value).not.toBe('token-1');
  expect(other?.value).not.toBe('token-1');
});

test('Of 25 tabs whose token is refused at once, one renews it, and the session holds', async () => {
  const tabs = Array.from({ length: 25 }, () => session());
  await tabs[0]?.signIn({ email: 'kim@clinic.example', password: 'correct horse' });
  await eventually(() => tabs.every((tab) => tab.state.status === 'signed_in'), 'all tabs to hear of it');
  const renewedBefore = renewals;

  const tokens = await Promise.all(tabs.map((tab) => tab.token('token-1')));

  expect(new Set(tokens.map((token) => token?.value)).size).toBeLessThanOrEqual(2);
  expect(renewals - renewedBefore).toBeLessThanOrEqual(2);
  expect(tabs.every((tab) => tab.state.status === 'signed_in')).toBe(true);
});

test('Nobody was signed in: no message about an expired session', async () => {
  answers['refresh'] = () => problem(401, 'no_session');

  expect(await session().restore()).toEqual({ status: 'signed_out', because: 'nobody' });
});

test('Where nobody ever signed in the server is not asked', async () => {
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => {}, removeItem: () => {} });

  expect(await session().restore()).toEqual({ status: 'signed_out', because: 'nobody' });

  expect(requests).toEqual([]);
});

test('A session that cannot be renewed has expired, in every tab', async () => {
  const [mine, other] = [session(), session()];
  await mine.signIn({ email: 'kim@clinic.example', password: 'correct horse' });
  await eventually(() => other.state.status === 'signed_in', 'the other tab to hear of it');
  answers['refresh'] = () => problem(401, 'session_ended');

  expect(await mine.token('token-1')).toBeNull();

  expect(mine.state).toEqual({ status: 'signed_out', because: 'expired' });
  await eventually(() => other.state.status === 'signed_out', 'the other tab to follow');
});

test('A server out of reach does not sign anybody out', async () => {
  const mine = session();
  await mine.signIn({ email: 'kim@clinic.example', password: 'correct horse' });
  answers['refresh'] = () => Promise.reject(new TypeError('no network'));

  await expect(mine.token('token-1')).rejects.toThrow('no network');

  expect(mine.state.status).toBe('signed_in');
});

test('A renewal or a sign-out that hangs ends after twenty seconds, and with it the turn of this tab', async () => {
  const limits: { ms: number; end: () => void }[] = [];
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    const limit = new AbortController();
    limits.push({ ms, end: () => limit.abort(new DOMException('Too long', 'TimeoutError')) });
    return limit.signal;
  });
  const mine = session();
  await mine.signIn({ email: 'kim@clinic.example', password: 'correct horse' });
  const end = async (path: string) => {
    await eventually(() => requests.at(-1)?.path === path, path);
    limits.at(-1)!.end();
  };

  answers['refresh'] = hangs;
  const renewing = mine.token('token-1');
  void renewing.catch(() => undefined);
  await end('refresh');
  await expect(renewing).rejects.toThrow('Too long');
  expect(mine.state.status).toBe('signed_in');
  answers['refresh'] = grant;
  expect((await mine.token('token-1'))?.value).toBe('token-2');

  answers['logout'] = hangs;
  const leaving = mine.signOut();
  void leaving.catch(() => undefined);
  await end('logout');
  await expect(leaving).rejects.toThrow('Too long');
  expect(limits.map(({ ms }) => ms)).toEqual(limits.map(() => 20_000));
  vi.restoreAllMocks();
});

test.each([
  ['before a request', 1],
  ['after a 401', 300],
])('A caller who gives up waits for no token %s, and its renewal goes on for the others', async (_, expiresIn) => {
  const mine = session();
  answers['login'] = async () => Response.json({ ...((await grant().json()) as object), expiresIn });
  await mine.signIn({ email: 'kim@clinic.example', password: 'correct horse' });
  let renew: (() => void) | undefined;
  answers['refresh'] = () => new Promise((resolve) => (renew = () => resolve(grant())));
  answers['Patient'] = () => problem(401, 'token_expired');
  const giveUp = new AbortController();

  const asked = mine.fetch('/fhir/Patient', { signal: giveUp.signal });
  void asked.catch(() => undefined);
  await eventually(() => renew !== undefined, 'the renewal');
  giveUp.abort(new Error('enough'));

  await expect(asked).rejects.toThrow('enough');
  const others = mine.token('token-1');
  renew?.();
  expect((await others)?.value).toBe('token-2');
});

test('A request that is refused with 401 is repeated once with a new token', async () => {
  const mine = session();
  await mine.signIn({ email: 'kim@clinic.example', password: 'correct horse' });
  let calls = 0;
  answers['Patient'] = () => (++calls === 1 ? problem(401, 'token_expired') : Response.json({ ok: true }));

  const response = await mine.fetch('/fhir/Patient');

  expect(response.status).toBe(200);
  expect(new Headers(requests.at(-1)!.init.headers).get('Authorization')).toBe('Bearer token-2');
});

test.each(['invalid_credentials', 'invalid_factor', 'invalid_challenge', 'fresh_sign_in_required'])(
  'What is refused with %s is not sent again: its token holds, and a wrong password would count twice',
  async (code) => {
    const mine = session();
    await mine.signIn({ email: 'kim@clinic.example', password: 'correct horse' });
    answers['password'] = () => problem(401, code);

    const response = await mine.fetch('/api/auth/password', { method: 'POST' });

    expect(await response.json()).toMatchObject({ code });
    expect(requests.map(({ path }) => path)).toEqual(['login', 'password']);
  },
);

test('Me tells what may be offered: a kind of its own, or else what the star says', async () => {
  const mine = session();
  await mine.signIn({ email: 'kim@clinic.example', password: 'correct horse' });
  const told = { '*': ['read', 'create'], Claim: [], Practitioner: ['read'] };
  answers['me'] = () => Response.json({ tenantName: 'Harbor Clinic', permissions: told });

  const { permissions } = await mine.me();

  expect(may(permissions, 'create', 'Appointment')).toBe(true);
  expect(may(permissions, 'read', 'Claim')).toBe(false);
  expect(may(permissions, 'create', 'Practitioner')).toBe(false);
  expect(may({ Patient: ['read'] }, 'read', 'Appointment')).toBe(false);
});

test('Signing out tells the server and the other tabs', async () => {
  const [mine, other] = [session(), session()];
  await mine.signIn({ email: 'kim@clinic.example', password: 'correct horse' });
  await eventually(() => other.state.status === 'signed_in', 'the other tab to hear of it');

  await mine.signOut();

  expect(requests.at(-1)!.path).toBe('logout');
  expect(mine.state).toEqual({ status: 'signed_out', because: 'asked' });
  expect(await mine.token()).toBeNull();
  await eventually(() => other.state.status === 'signed_out', 'the other tab to follow');
});

test('What the person does is told to the server once a minute, and only while signed in', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  answers.activity = () => new Response(null, { status: 204 });
  const mine = session();
  await mine.acted();
  await mine.signIn({ email: 'kim@clinic.example', password: 'correct horse' });

  await mine.acted();
  await mine.acted();
  vi.setSystemTime(Date.now() + 61_000);
  await mine.acted();

  const told = requests.filter((request) => request.path === 'activity');
  expect(told.map((request) => request.init.method)).toEqual(['POST', 'POST']);
  vi.useRealTimers();
});

test('An invited patient who opens the account is signed in', async () => {
  answers['activate'] = grant;
  const mine = session();

  await mine.activate({ token: 'from-the-mail', birthDate: '1984-05-06', password: 'a long enough password' });

  expect(mine.state).toMatchObject({ status: 'signed_in' });
  expect(requests.map(({ path }) => path)).toEqual(['activate']);
});

test('The end of a session at one door leaves the sessions of the other doors alone', async () => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
  const [staff, patient] = [session(), new BrowserSession({ path: '/api/patient-portal/auth' })];
  sessions.push(patient);
  await staff.signIn({ email: 'kim@clinic.example', password: 'correct horse' });
  await patient.signIn({ email: 'ana@home.example', password: 'correct horse' });

  await patient.signOut();

  expect([...kept.keys()]).toEqual(['vagus.session']);
});

test('What one person asked for is not sent with the token of the person who signed in meanwhile', async () => {
  const mine = session();
  await mine.signIn({ email: 'kim@clinic.example', password: 'correct horse' });
  const user = { id: 'u2', email: 'bo@clinic.example', displayName: 'Bo', role: 'nurse' };
  answers['login'] = () => Response.json({ accessToken: 'token-of-bo', expiresIn: 300, sessionId: 's2', user });
  answers['draft'] = async () => {
    await mine.signIn({ email: 'bo@clinic.example', password: 'correct horse' });
    return problem(401, 'signed_out');
  };

  const saving = mine.fetch('/api/draft', { method: 'PUT', body: 'of Kim' });

  await expect(saving).rejects.toMatchObject({ code: 'signed_out' });
  expect(requests.filter(({ path }) => path === 'draft')).toHaveLength(1);
});

test('A second factor that is owed is told with its ways, and shown, it completes the sign-in', async () => {
  const owed = { challenge: 'c1', methods: ['passkey', 'totp', 'recovery_code'], passkeyOptions: { challenge: 'x' } };
  answers['login'] = () => Response.json({ title: 'No', code: 'second_factor_required', ...owed }, { status: 401 });
  answers['second-factor'] = grant;
  const mine = session();

  const refusal: unknown = await mine.signIn({ email: 'kim@clinic.example', password: 'right' }).catch((error: unknown) => error);
  expect(factorOwed(refusal)).toEqual(owed);
  expect(mine.state.status).toBe('unknown');
  await mine.showFactor('c1', { code: '123456' });

  expect(JSON.parse(String(requests.at(-1)?.init.body))).toEqual({ challenge: 'c1', code: '123456' });
  expect(mine.state.status).toBe('signed_in');
});

test('A second factor that has to be enrolled first is enrolled between password and session', async () => {
  answers['login'] = () =>
    Response.json({ code: 'second_factor_enrolment_required', challenge: 'c1', methods: [], passkeyOptions: null }, { status: 401 });
  answers['enrolment'] = () => Response.json({ id: 'f1', secret: 'ABCD', uri: 'otpauth://totp/x' });
  answers['confirmation'] = async () => {
    const granted = (await grant().json()) as object;
    return Response.json({ ...granted, recoveryCodes: ['one', 'two'] });
  };
  const mine = session();

  const refusal: unknown = await mine.signIn({ email: 'kim@clinic.example', password: 'right' }).catch((error: unknown) => error);
  expect(factorOwed(refusal)).toEqual({ challenge: 'c1', methods: [], passkeyOptions: null });
  expect((await mine.offerFactor('c1')).id).toBe('f1');

  expect(await mine.enrolFactor('c1', 'f1', '123456')).toEqual(['one', 'two']);
  expect(mine.state.status).toBe('signed_in');
});

test('A refusal for another reason owes no second factor', () => {
  expect(factorOwed(new Problem(401, 'invalid_credentials', 'No'))).toBeNull();
  expect(factorOwed(new TypeError('offline'))).toBeNull();
});

test('The key of a device is asked for at the door of the session, once while it lives', async () => {
  answers['device-key'] = () => Response.json({ owner: 'o', keyId: 'k', key: 'AAAA' });
  const mine = session();
  await mine.signIn({ email: 'kim@clinic.example', password: 'right' });

  const key = { owner: 'o', keyId: 'k', key: 'AAAA' };
  const [one, other] = await Promise.all([mine.deviceKey(), mine.deviceKey()]);
  expect([one, other, await mine.deviceKey()]).toEqual([key, key, key]);
  expect(requests.filter(({ path }) => path === 'device-key')).toHaveLength(1);
  await mine.signOut();
  await mine.signIn({ email: 'kim@clinic.example', password: 'right' });
  answers['device-key'] = () => problem(403, 'forbidden');
  await expect(mine.deviceKey()).rejects.toMatchObject({ status: 403, code: 'forbidden' });
});
