import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LineCredentials } from '../src/connection/lineCredentials';
import type { AccessToken } from '../src/index';

let source: (insteadOf?: string) => Promise<AccessToken | null>;
let asked: (string | undefined)[];
let attempts: number;
let presented: string[];
let givenUp: string[];
let renewing: (token: AccessToken) => boolean | Promise<boolean>;
let credentials: LineCredentials;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  asked = [];
  presented = [];
  givenUp = [];
  attempts = 0;
  source = () => Promise.resolve(token(`token-${asked.length}`));
  renewing = () => true;
  credentials = new LineCredentials({
    tokens: (insteadOf) => {
      asked.push(insteadOf);
      return source(insteadOf);
    },
    now: Date.now,
    connect: () => (attempts += 1),
    renew: (renewed) => {
      presented.push(renewed.value);
      return renewing(renewed);
    },
    giveUp: (code) => givenUp.push(code),
  });
});

afterEach(() => {
  credentials.ended();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function token(value: string, lifeMs = 60_000): AccessToken {
  return { value, expiresAt: Date.now() + lifeMs };
}

test('The first refusal is followed by an attempt at once, the second by one after a while, the third by none', async () => {
  await credentials.present();
  expect(credentials.refused('token_expired')).toBe(true);
  await vi.advanceTimersByTimeAsync(0);
  expect(attempts).toBe(1);

  await credentials.present();
  expect(credentials.refused('token_expired')).toBe(true);
  await vi.advanceTimersByTimeAsync(999);
  expect(attempts).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(attempts).toBe(2);

  await credentials.present();
  expect(credentials.refused('account_locked')).toBe(false);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(attempts).toBe(2);
  expect(givenUp).toEqual(['account_locked']);
});

test('After a refusal another token is asked for, and no refused one any more once a token was accepted', async () => {
  await credentials.present();
  credentials.refused('token_expired');
  await credentials.present();
  credentials.accepted();

  await credentials.present();

  expect(asked).toEqual([undefined, 'token-1', undefined]);
});

test('An accepted token and a new sign-in both begin the count of refusals anew', async () => {
  for (const begin of [() => credentials.accepted(), () => credentials.forgive()]) {
    credentials.refused('token_expired');
    credentials.refused('token_expired');
    begin();
  }

  expect(credentials.refused('token_expired')).toBe(true);
  expect(givenUp).toEqual([]);
});

test('After an interruption the wait doubles up to 30 s, and an accepted token makes it short again', async () => {
  const waits: number[] = [];
  for (let failure = 0; failure < 8; failure += 1) {
    credentials.interrupted();
    waits.push(await untilAttempt());
  }
  credentials.accepted();
  credentials.interrupted();

  // Half of the longest wait, for chance is fixed at 0.5 here.
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  expect(await untilAttempt()).toBe(500);
});

test('No attempt follows once retrying was stopped', async () => {
  credentials.interrupted();

  credentials.stopRetrying();

  await vi.advanceTimersByTimeAsync(60_000);
  expect(attempts).toBe(0);
});

test('A token is renewed on the standing line a fifth of its life before its end, and the new one in its turn', async () => {
  await credentials.present();
  credentials.accepted();
  await vi.advanceTimersByTimeAsync(47_999);
  expect(presented).toEqual([]);

  await vi.advanceTimersByTimeAsync(1);
  expect(presented).toEqual(['token-2']);
  await vi.advanceTimersByTimeAsync(48_000);

  expect(presented).toEqual(['token-2', 'token-3']);
  expect(asked).toEqual([undefined, 'token-1', 'token-2']);
});

test('A renewal whose token source is out of reach is tried again', async () => {
  await credentials.present();
  credentials.accepted();
  source = () => Promise.reject(new Error('no network'));
  await vi.advanceTimersByTimeAsync(48_000);
  source = () => Promise.resolve(token('later'));

  await vi.advanceTimersByTimeAsync(10_000);

  expect(presented).toEqual(['later']);
  expect(givenUp).toEqual([]);
});

test('A renewal that finds nobody signed in gives the line up', async () => {
  await credentials.present();
  credentials.accepted();
  source = () => Promise.resolve(null);

  await vi.advanceTimersByTimeAsync(48_000);

  expect(givenUp).toEqual(['signed_out']);
  expect(presented).toEqual([]);
});

test('A renewal that is answered after its line ended neither presents its token nor gives up', async () => {
  for (const late of [token('late'), null]) {
    await credentials.present();
    credentials.accepted();
    let answer!: (token: AccessToken | null) => void;
    source = () => new Promise((resolve) => (answer = resolve));
    await vi.advanceTimersByTimeAsync(48_000);
    credentials.ended();
    answer(late);
    source = () => Promise.resolve(token('next'));
    await vi.advanceTimersByTimeAsync(120_000);
  }

  expect(presented).toEqual([]);
  expect(givenUp).toEqual([]);
});

test('A line that does not take the renewed token is not renewed again', async () => {
  renewing = () => Promise.resolve(false);
  await credentials.present();
  credentials.accepted();

  await vi.advanceTimersByTimeAsync(200_000);

  expect(presented).toEqual(['token-2']);
});

async function untilAttempt(): Promise<number> {
  const [start, before] = [Date.now(), attempts];
  await vi.advanceTimersToNextTimerAsync();
  expect(attempts).toBe(before + 1);
  return Date.now() - start;
}
