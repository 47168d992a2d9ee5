import type { SessionState } from '@vagus/client';
import { beforeEach, expect, test } from 'vitest';
import { forgetUnlessReturning, sameAuthor, unlessPersonReturns } from '../src/data/session/leaving';

const person = (id: string): SessionState => ({ status: 'signed_in', user: { id, email: '', displayName: '', role: 'nurse' } });
const expired: SessionState = { status: 'signed_out', because: 'expired' };
const asked: SessionState = { status: 'signed_out', because: 'asked' };
let forgotten = 0;
unlessPersonReturns(() => (forgotten += 1));

function after(...states: SessionState[]): number {
  for (const state of states) forgetUnlessReturning(state);
  return forgotten;
}

beforeEach(() => {
  forgetUnlessReturning(asked);
  forgotten = 0;
});

test('What a person wrote outlives an expired session for the same person', () => {
  expect(after(person('kim'), expired, person('kim'))).toBe(0);
});

test('An author is the same one while the session has expired, and no longer with a sign-out or another person', () => {
  after(person('kim'));
  const isAuthors = sameAuthor();
  const then = [expired, person('kim'), asked, person('ana')].map((state) => {
    after(state);
    return isAuthors();
  });

  expect(then).toEqual([true, true, false, false]);
});

test('What a person wrote is forgotten before another one is signed in', () => {
  expect(after(person('kim'), expired, person('ana'))).toBe(1);
});

test('What a person wrote is forgotten with signing out, also after the session has expired', () => {
  expect(after(person('kim'), asked)).toBe(1);
  expect(after(person('kim'), expired, asked)).toBe(2);
});
