import type { SessionState } from './browserSession.js';

/**
 * The answer to what the person who is signed in now has asked for, while that sign-in lasts. Afterwards it never comes, neither as a
 * success nor as a failure: what would be shown or done with it is for that person alone. So a lock or a queue must not wait for it.
 */
export function whileSignedIn<Answer>(session: { readonly state: SessionState }, answer: Promise<Answer>): Promise<Answer> {
  // One sign-in has one state, which renewals keep.
  const asked = session.state;
  const lasts = () => session.state === asked || asked.status === 'unknown';
  return new Promise((resolve, reject) => {
    answer.then(
      (value) => lasts() && resolve(value),
      (error: unknown) => lasts() && reject(error as Error),
    );
  });
}
