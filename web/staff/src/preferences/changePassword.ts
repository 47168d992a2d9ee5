import { Problem } from '@vagus/client';
import { readFactors, stepUp } from '../data/care/factors';
import { sendJson } from '../data/care/requests';
import { failureText, Told } from '../ui/failures';
import { askForProof, withFreshSignIn } from '../ui/freshSignIn';

export interface PasswordChange {
  readonly current: string;
  readonly next: string;
}

export type PasswordMistakes = Partial<Record<keyof PasswordChange, string>>;

/** The server's rule; everything else that makes a password bad it says itself. */
const fewestCharacters = 15;

/** The server refused what is in one field. */
export class FieldRefused extends Told {
  constructor(
    readonly field: keyof PasswordChange,
    text: string,
  ) {
    super(text);
  }
}

/** What is wrong before anything is sent, by the field. */
export function passwordMistakes({ current, next }: PasswordChange): PasswordMistakes {
  return {
    ...(current === '' ? { current: 'Write the password that you sign in with now.' } : {}),
    ...([...next].length < fewestCharacters ? { next: `Take at least ${fewestCharacters} characters.` } : {}),
  };
}

export async function changePassword({ current, next }: PasswordChange): Promise<void> {
  const send = () => sendJson('POST', '/api/auth/password', { currentPassword: current, password: next });
  try {
    await withFreshSignIn(send, () => prove(current));
  } catch (error) {
    throw byField(error);
  }
}

/** The password stands in the form already: who has no second step is not asked for it twice. */
async function prove(password: string): Promise<boolean> {
  const { items } = await readFactors();
  if (items.length > 0) return askForProof();
  await stepUp({ password });
  return true;
}

function byField(error: unknown): unknown {
  if (!(error instanceof Problem)) return error;
  if (error.code === 'invalid_credentials') return new FieldRefused('current', 'This is not the password that you sign in with now.');
  return error.code.startsWith('password_') ? new FieldRefused('next', failureText(error)) : error;
}
