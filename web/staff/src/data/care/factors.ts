import { queryOptions } from '@tanstack/react-query';
import { makePasskey, showPasskey } from '@vagus/client';
import { getJson, remove, sendJson } from './requests';

const base = '/api/auth/factors';

export interface Factor {
  readonly id: string;
  readonly kind: 'totp' | 'passkey';
  readonly name: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
}

export interface Factors {
  readonly items: readonly Factor[];
  readonly recoveryCodesLeft: number;
  /** The organization lets nobody of this role in by the password alone. */
  readonly demanded: boolean;
  /** When an administrator's reset removes all of it. */
  readonly resetAt: string | null;
}

/** The seed of an authenticator app, shown until its first code has come. */
export interface AppOffer {
  readonly id: string;
  readonly secret: string;
  readonly uri: string;
}

interface Codes {
  readonly recoveryCodes: readonly string[];
}

interface PasskeyChallenge {
  readonly challenge: string;
  readonly options: object;
}

export function readFactors(): Promise<Factors> {
  return getJson<Factors>(base);
}

export const factorsQuery = queryOptions({ queryKey: ['factors'], queryFn: readFactors });

export function offerApp(): Promise<AppOffer> {
  return sendJson('POST', `${base}/totp`, { name: 'Authenticator app' });
}

/** Answers the recovery codes, which come with the first factor. */
export async function confirmApp(id: string, code: string): Promise<readonly string[]> {
  return (await sendJson<Codes>('POST', `${base}/totp/${encodeURIComponent(id)}/confirmation`, { code })).recoveryCodes;
}

export async function addPasskey(): Promise<readonly string[]> {
  const { challenge, options } = await sendJson<PasskeyChallenge>('POST', `${base}/passkeys/options`, {});
  const passkey = await makePasskey(options);
  return (await sendJson<Codes>('POST', `${base}/passkeys`, { challenge, name: 'Passkey', passkey })).recoveryCodes;
}

/** New ones; those of before open nothing any more. */
export async function newRecoveryCodes(): Promise<readonly string[]> {
  return (await sendJson<Codes>('POST', `${base}/recovery-codes`, {})).recoveryCodes;
}

export function removeFactor(id: string): Promise<unknown> {
  return remove(`${base}/${encodeURIComponent(id)}`);
}

export function cancelReset(): Promise<unknown> {
  return remove(`${base}/reset`);
}

/** Shows once more who is there: then changes that need a fresh sign-in are taken for five minutes. */
export function stepUp(shown: { readonly password: string } | { readonly code: string }): Promise<unknown> {
  return sendJson('POST', '/api/auth/step-up', shown);
}

export async function stepUpByPasskey(): Promise<unknown> {
  const { challenge, options } = await sendJson<PasskeyChallenge>('POST', '/api/auth/step-up/options', {});
  return sendJson('POST', '/api/auth/step-up', { challenge, passkey: await showPasskey(options) });
}
