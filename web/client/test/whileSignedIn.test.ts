import { expect, test } from 'vitest';
import { whileSignedIn, type SessionState } from '../src/index';

const signedIn = (id: string): SessionState => ({ status: 'signed_in', user: { id, email: '', displayName: '', role: 'nurse' } });

/** What came of three answers: of a success and a failure that `meanwhile` preceded, and of what is asked for afterwards. */
async function told(before: SessionState, meanwhile: SessionState): Promise<string[]> {
  const session = { state: before };
  const heard: string[] = [];
  let [succeed, fail] = [() => {}, () => {}];
  const success = new Promise<string>((resolve) => (succeed = () => resolve('answered')));
  const failure = new Promise<string>((_, reject) => (fail = () => reject(new Error('failed'))));
  const hear = (answer: Promise<string>) => answer.then((text) => heard.push(text), ({ message }: Error) => heard.push(message));
  void hear(whileSignedIn(session, success));
  void hear(whileSignedIn(session, failure));
  session.state = meanwhile;
  succeed();
  fail();
  await hear(whileSignedIn(session, Promise.resolve('asked now')));
  return heard;
}

test('An answer comes while the sign-in lasts, and so does a failure', async () => {
  const ana = signedIn('ana');

  expect(await told(ana, ana)).toEqual(['answered', 'failed', 'asked now']);
});

test.each<[string, SessionState]>([
  ['somebody else has signed in', signedIn('bo')],
  ['the person has signed out', { status: 'signed_out', because: 'asked' }],
  ['the session has expired', { status: 'signed_out', because: 'expired' }],
  ['the same person has signed in anew', signedIn('ana')],
])('Once %s, neither the answer nor the failure comes', async (_, meanwhile) => {
  expect(await told(signedIn('ana'), meanwhile)).toEqual(['asked now']);
});

test('What is asked for before it is known who is there comes to the person whose session goes on', async () => {
  expect(await told({ status: 'unknown' }, signedIn('ana'))).toEqual(['answered', 'failed', 'asked now']);
});
