import { queryOptions } from '@tanstack/react-query';
import { makePasskey, showPasskey } from '@vagus/client';
import { ask } from '../data/ask';
import { authPath, type Portal } from '../data/portal';

const base = `${authPath}/factors`;

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

export function readFactors(portal: Portal): Promise<Factors> {
  return ask<Factors>(portal.session, 'GET', base);
}

export function factorsQuery(portal: Portal) {
  return queryOptions({ queryKey: ['factors'], queryFn: () => readFactors(portal) });
}

export function offerApp(portal: Portal, name: string): Promise<AppOffer> {
  return ask<AppOffer>(portal.session, 'POST', `${base}/totp`, { name });
}

/** Answers the recovery codes, which come with the first factor. */
export async function confirmApp(portal: Portal, id: string, code: string): Promise<readonly string[]> {
  return (await ask<Codes>(portal.session, 'POST', `${base}/totp/${encodeURIComponent(id)}/confirmation`, { code })).recoveryCodes;
}

export async function addPasskey(portal: Portal, name: string): Promise<readonly string[]> {
  const { challenge, options } = await ask<PasskeyChallenge>(portal.session, 'POST', `${base}/passkeys/options`, {});
  const passkey = await makePasskey(options);
  return (await ask<Codes>(portal.session, 'POST', `${base}/passkeys`, { challenge, name, passkey })).recoveryCodes;
}

export function removeFactor(portal: Portal, id: string): Promise<unknown> {
  return ask(portal.session, 'DELETE', `${base}/${encodeURIComponent(id)}`);
}

export function cancelReset(portal: Portal): Promise<unknown> {
  return ask(portal.session, 'DELETE', `${base}/reset`);
}

/** What proves once more who is there: then the changes above are taken for five minutes. */
export function stepUp(portal: Portal, shown: { readonly password: string } | { readonly code: string }): Promise<unknown> {
  return ask(portal.session, 'POST', `${authPath}/step-up`, shown);
}

export async function stepUpByPasskey(portal: Portal): Promise<unknown> {
  const { challenge, options } = await ask<PasskeyChallenge>(portal.session, 'POST', `${authPath}/step-up/options`, {});
  return ask(portal.session, 'POST', `${authPath}/step-up`, { challenge, passkey: await showPasskey(options) });
}
