import { Problem } from '@vagus/client';
import { ask } from '../data/ask';
import { authPath, type Portal } from '../data/portal';
import { failureKey } from '../ui/failures';
import type { WordKey } from '../words/write';
import { readFactors, stepUp } from './factors';

export interface PasswordChange {
  readonly current: string;
  readonly next: string;
}

export type PasswordMistakes = Partial<Record<keyof PasswordChange, WordKey>>;

/** The server's rule; everything else that makes a password bad it says itself. */
const fewestCharacters = 15;

/** What is wrong before anything is sent, by the field. */
export function passwordMistakes({ current, next }: PasswordChange): PasswordMistakes {
  return {
    ...(current === '' ? { current: 'password.currentMissing' } : {}),
    ...([...next].length < fewestCharacters ? { next: 'failure.passwordShort' } : {}),
  };
}

/** What the server refused of one field. */
export function refusedFields(error: unknown): PasswordMistakes {
  if (!(error instanceof Problem)) return {};
  if (error.code === 'invalid_credentials') return { current: 'password.currentWrong' };
  return error.code.startsWith('password_') ? { next: failureKey(error) } : {};
}

/** Rejects with `fresh_sign_in_required` where a second step has to be shown first. */
export async function changePassword(portal: Portal, change: PasswordChange): Promise<void> {
  const send = () =>
    ask(portal.session, 'POST', `${authPath}/password`, { currentPassword: change.current, password: change.next });
  try {
    await send();
  } catch (error) {
    if (!isStale(error)) throw error;
    // The password stands in the form already: who has no second step is not asked for it twice.
    if ((await readFactors(portal)).items.length > 0) throw error;
    await stepUp(portal, { password: change.current });
    await send();
  }
}

export function isStale(error: unknown): boolean {
  return error instanceof Problem && error.code === 'fresh_sign_in_required';
}
