import { Problem } from './problem.js';

export type FactorMethod = 'totp' | 'passkey' | 'recovery_code';

/** What a right password alone does not give: a second factor, or its enrolment where the organization demands one. */
export interface FactorOwed {
  /** Good for some minutes and one success. */
  readonly challenge: string;
  /** Empty where one has to be enrolled first. */
  readonly methods: readonly FactorMethod[];
  /** For `PublicKeyCredential.parseRequestOptionsFromJSON`; null without a passkey. */
  readonly passkeyOptions: object | null;
}

/** One of the three. */
export type ShownFactor =
  | { readonly code: string }
  | { readonly recoveryCode: string }
  | { readonly passkey: object };

/** The seed for an authenticator app, as text and as its `otpauth:` address. */
export interface FactorOffer {
  readonly id: string;
  readonly secret: string;
  readonly uri: string;
}

/** What a refused `signIn` asks for; null where it was refused for another reason. */
export function factorOwed(error: unknown): FactorOwed | null {
  if (!(error instanceof Problem)) return null;
  if (error.code !== 'second_factor_required' && error.code !== 'second_factor_enrolment_required') return null;
  const { challenge, methods, passkeyOptions } = error.fields;
  return {
    challenge: String(challenge),
    methods: Array.isArray(methods) ? (methods as FactorMethod[]) : [],
    passkeyOptions: typeof passkeyOptions === 'object' ? passkeyOptions : null,
  };
}
