import type { AccessToken } from './accessTokens.js';
import { Problem } from './problem.js';
import type { FactorOffer, ShownFactor } from './secondFactor.js';

export interface SignedInUser {
  readonly id: string;
  readonly email: string;
  readonly displayName: string;
  readonly role: string;
  readonly tenant?: string;
  /** The record of a patient with an account. */
  readonly patientId?: string | null;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly tenant?: string;
}

/** What an invited patient shows: the token of the invitation, and the birth date as `1984-05-06`. */
export interface Activation {
  readonly token: string;
  readonly birthDate: string;
  readonly password: string;
}

export interface Grant {
  readonly token: AccessToken;
  readonly user: SignedInUser;
}

/** Shown once, with the first second factor. */
export interface EnrolledGrant extends Grant {
  readonly recoveryCodes: readonly string[];
}

/** A request that hangs would keep every tab waiting for its turn. */
const limitMs = 20_000;

/** With this header the server keeps the refresh token in an HttpOnly cookie that no script can read. */
const headers = { 'Content-Type': 'application/json', 'X-Vagus-Client': 'browser' };

export async function requestSignIn(path: string, credentials: Credentials, now: () => number): Promise<Grant> {
  return readGrant(await post(`${path}/login`, credentials), now);
}

export async function requestActivation(path: string, activation: Activation, now: () => number): Promise<Grant> {
  return readGrant(await post(`${path}/activate`, activation), now);
}

export async function requestSecondFactor(path: string, challenge: string, shown: ShownFactor, now: () => number): Promise<Grant> {
  return readGrant(await post(`${path}/login/second-factor`, { challenge, ...shown }), now);
}

export async function requestFactorOffer(path: string, challenge: string): Promise<FactorOffer> {
  const response = await post(`${path}/login/enrolment`, { challenge });
  if (!response.ok) throw await Problem.from(response);
  return (await response.json()) as FactorOffer;
}

export async function requestEnrolment(
  path: string,
  enrolment: { readonly challenge: string; readonly id: string; readonly code: string },
  now: () => number,
): Promise<EnrolledGrant> {
  const response = await post(`${path}/login/enrolment/confirmation`, enrolment);
  const codes = response.ok ? ((await response.clone().json()) as { recoveryCodes?: readonly string[] }).recoveryCodes : [];
  return { ...(await readGrant(response, now)), recoveryCodes: codes ?? [] };
}

/** Null when the server says that there is no session to continue. */
export async function requestRenewal(path: string, now: () => number): Promise<Grant | null> {
  const response = await post(`${path}/refresh`, {});
  return response.status === 400 || response.status === 401 || response.status === 403 ? null : readGrant(response, now);
}

export async function requestSignOut(path: string, token: AccessToken | null): Promise<void> {
  const response = await post(`${path}/logout`, {}, token ? { ...headers, Authorization: `Bearer ${token.value}` } : headers);
  if (!response.ok && response.status !== 401) throw await Problem.from(response);
}

function post(address: string, body: object, head: Readonly<Record<string, string>> = headers): Promise<Response> {
  const signal = AbortSignal.timeout(limitMs);
  return fetch(address, { method: 'POST', credentials: 'same-origin', headers: head, body: JSON.stringify(body), signal });
}

async function readGrant(response: Response, now: () => number): Promise<Grant> {
  if (!response.ok) throw await Problem.from(response);
  const body = (await response.json()) as { accessToken: string; expiresIn: number; user: SignedInUser };
  return { token: { value: body.accessToken, expiresAt: now() + body.expiresIn * 1000 }, user: body.user };
}
