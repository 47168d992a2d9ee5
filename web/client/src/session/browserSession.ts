import { Listeners } from '../listeners.js';
import type { AccessToken } from './accessTokens.js';
import type { DeviceKey } from './deviceKey.js';
import { inTurn } from './inTurn.js';
import type { Me } from './me.js';
import { Problem } from './problem.js';
import { mayHaveSession, rememberSession } from './sessionHint.js';
import type { FactorOffer, ShownFactor } from './secondFactor.js';
import type { Transport } from './tellProgress.js';
import {
  requestActivation,
  requestEnrolment,
  requestFactorOffer,
  requestRenewal,
  requestSecondFactor,
  requestSignIn,
  requestSignOut,
  type Activation,
  type Credentials,
  type Grant,
  type SignedInUser,
} from './sessionRequests.js';
import { unlessAborted } from './unlessAborted.js';

export type SessionState =
  | { readonly status: 'unknown' }
  | { readonly status: 'signed_in'; readonly user: SignedInUser }
  | { readonly status: 'signed_out'; readonly because: 'nobody' | 'expired' | 'asked' };

export interface BrowserSessionOptions {
  /** Where the sign-in endpoints are; patients have their own. */
  path?: string;
  now?: () => number;
}

/** A token with less life left might run out on its way to the server. */
const shortestUsefulLifeMs = 5_000;

/** The server counts actions closer together as one. */
const actionsAtMostEveryMs = 60_000;

/** Codes of a 401 whose token holds: what was shown in the request is wrong, or too old. Sent again, a wrong password would count twice. */
const aboutProof: ReadonlySet<string> = new Set(['invalid_credentials', 'invalid_factor', 'invalid_challenge', 'fresh_sign_in_required']);

type Announcement = { kind: 'granted'; grant: Grant } | { kind: 'signed_out'; because: 'expired' | 'asked' };

/**
 * A person's session in this browser. The access token lives in memory only, the refresh token in a cookie that
 * scripts cannot read. Refresh tokens rotate, so tabs take turns: one renews, the others get its token by broadcast.
 */
export class BrowserSession {
  /** Where the sign-in endpoints are. */
  readonly path: string;
  readonly #now: () => number;
  readonly #channel: BroadcastChannel | null;
  readonly #watchers = new Listeners<void>();
  #state: SessionState = { status: 'unknown' };
  #token: AccessToken | null = null;
  #renewing: Promise<AccessToken | null> | null = null;
  #deviceKey: Promise<DeviceKey> | null = null;
  #actedAt = Number.NEGATIVE_INFINITY;

  constructor(options: BrowserSessionOptions = {}) {
    this.path = options.path ?? '/api/auth';
    this.#now = options.now ?? Date.now;
    this.#channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(`vagus${this.path}`);
    // In Node, where pages may be rendered, an open channel would keep the process alive. Browsers have no such method.
    (this.#channel as { unref?: () => void } | null)?.unref?.();
    this.#channel?.addEventListener('message', (message: MessageEvent<Announcement>) => this.#heard(message.data));
  }

  get state(): SessionState {
    return this.#state;
  }

  watch(watcher: () => void): () => void {
    return this.#watchers.add(watcher);
  }

  /** Continues the session that this browser may still have. Rejects when the server is out of reach. */
  async restore(): Promise<SessionState> {
    if (this.#state.status === 'unknown') await (mayHaveSession(this.path) ? this.token() : this.#expired());
    return this.#state;
  }

  /** Refused with what `factorOwed` reads where a second factor is owed. */
  async signIn(credentials: Credentials): Promise<void> {
    await this.#begin(() => requestSignIn(this.path, credentials, this.#now));
  }

  /** The second step of a sign-in: `challenge` is that of its first. */
  async showFactor(challenge: string, shown: ShownFactor): Promise<void> {
    await this.#begin(() => requestSecondFactor(this.path, challenge, shown, this.#now));
  }

  /** For a person who has to enrol a second factor before there is a session: the seed of an authenticator app. */
  offerFactor(challenge: string): Promise<FactorOffer> {
    return requestFactorOffer(this.path, challenge);
  }

  /** The app's code completes the enrolment and the sign-in. Answers the recovery codes, which are shown this once. */
  async enrolFactor(challenge: string, id: string, code: string): Promise<readonly string[]> {
    return (await this.#begin(() => requestEnrolment(this.path, { challenge, id, code }, this.#now))).recoveryCodes;
  }

  /** Opens the account of an invited patient, who is signed in with it. */
  async activate(activation: Activation): Promise<void> {
    await this.#begin(() => requestActivation(this.path, activation, this.#now));
  }

  /** Signed out here and in every other tab, also when the server cannot be told. */
  async signOut(): Promise<void> {
    const token = this.#token;
    this.#leave('asked');
    this.#announce({ kind: 'signed_out', because: 'asked' });
    await inTurn(this.path, () => requestSignOut(this.path, token));
  }

  /** A token that is good now; see `TokenSource`. */
  readonly token = async (insteadOf?: string): Promise<AccessToken | null> => {
    if (this.#state.status === 'signed_out') return null;
    if (this.#isGood(insteadOf)) return this.#token;
    this.#renewing ??= this.#renewInTurn(insteadOf).finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  };

  /**
   * `fetch` as the signed-in person; a token that the server no longer takes is renewed once. What one person asked for is never sent with
   * the token of the next. `by` sends it; see `tellProgress`. The signal of `init` ends the wait for a token too.
   */
  async fetch(address: string, init: RequestInit = {}, by: Transport = fetch): Promise<Response> {
    const asker = this.#person;
    const token = await unlessAborted(this.#tokenOf(asker), init.signal);
    const response = await this.#fetchWith(token, address, init, by);
    if (response.status !== 401 || aboutProof.has((await Problem.from(response.clone())).code)) return response;
    const next = await unlessAborted(this.#tokenOf(asker ?? this.#person, token?.value), init.signal);
    return this.#fetchWith(next, address, init, by);
  }

  /**
   * The person did something on the page: call it on every touch and key. Reads, pushes and renewals do not keep a session
   * from its idle time-out, so without this somebody who only reads is signed out.
   */
  async acted(): Promise<void> {
    if (this.#state.status !== 'signed_in' || this.#now() - this.#actedAt < actionsAtMostEveryMs) return;
    this.#actedAt = this.#now();
    // Out of reach or signed out meanwhile: the next request finds out and says so.
    await this.fetch(`${this.path}/activity`, { method: 'POST' }).catch(() => undefined);
  }

  /** Who is signed in and what may be offered; the same for as long as the session lives. */
  async me(): Promise<Me> {
    const response = await this.fetch(`${this.path}/me`);
    if (!response.ok) throw await Problem.from(response);
    return (await response.json()) as Me;
  }

  /** What seals this person's writes on a device; see `Outbox`. Asked for once in a session: the server records each time. */
  deviceKey(): Promise<DeviceKey> {
    const asked = (this.#deviceKey ??= this.#askDeviceKey());
    asked.catch(() => {
      if (this.#deviceKey === asked) this.#deviceKey = null;
    });
    return asked;
  }

  async #askDeviceKey(): Promise<DeviceKey> {
    const response = await this.fetch(`${this.path}/device-key`);
    if (!response.ok) throw await Problem.from(response);
    return (await response.json()) as DeviceKey;
  }

  dispose(): void {
    this.#channel?.close();
    this.#watchers.clear();
  }

  async #begin<Given extends Grant>(request: () => Promise<Given>): Promise<Given> {
    const given = await inTurn(this.path, request);
    const { token, user } = given;
    this.#take({ token, user });
    this.#announce({ kind: 'granted', grant: { token, user } });
    return given;
  }

  #fetchWith(token: AccessToken | null, address: string, init: RequestInit, by: Transport): Promise<Response> {
    if (!token) throw new Problem(401, 'signed_out', 'You are signed out.');
    const headers = new Headers(init.headers);
    headers.set('Authorization', `Bearer ${token.value}`);
    return by(address, { ...init, headers, credentials: 'same-origin' });
  }

  get #person(): string | null {
    return this.#state.status === 'signed_in' ? this.#state.user.id : null;
  }

  /** Null where somebody else has signed in meanwhile. */
  async #tokenOf(asker: string | null, insteadOf?: string): Promise<AccessToken | null> {
    const token = await this.token(insteadOf);
    return asker === null || asker === this.#person ? token : null;
  }

  #renewInTurn(insteadOf: string | undefined): Promise<AccessToken | null> {
    return inTurn(this.path, async () => {
      // Another tab may have renewed while we waited for our turn.
      if (this.#isGood(insteadOf)) return this.#token;
      if (this.#state.status === 'signed_out') return null;
      const grant = await requestRenewal(this.path, this.#now);
      return grant ? this.#renewed(grant) : this.#expired();
    });
  }

  #renewed(grant: Grant): AccessToken | null {
    // Somebody signed out while the answer was on its way.
    if (this.#state.status === 'signed_out') return null;
    this.#take(grant);
    this.#announce({ kind: 'granted', grant });
    return grant.token;
  }

  #expired(): null {
    if (this.#state.status === 'signed_in') {
      this.#leave('expired');
      this.#announce({ kind: 'signed_out', because: 'expired' });
    } else {
      this.#leave('nobody');
    }
    return null;
  }

  #isGood(insteadOf: string | undefined): boolean {
    const token = this.#token;
    if (!token || token.value === insteadOf) return false;
    return token.expiresAt - this.#now() > shortestUsefulLifeMs;
  }

  #take(grant: Grant): void {
    this.#token = grant.token;
    rememberSession(this.path, true);
    const same = this.#state.status === 'signed_in' && this.#state.user.id === grant.user.id;
    if (!same) this.#deviceKey = null;
    if (!same) this.#set({ status: 'signed_in', user: grant.user });
  }

  #leave(because: 'nobody' | 'expired' | 'asked'): void {
    this.#token = null;
    this.#deviceKey = null;
    rememberSession(this.path, false);
    if (this.#state.status !== 'signed_out') this.#set({ status: 'signed_out', because });
  }

  #heard(announcement: Announcement): void {
    if (announcement.kind === 'granted') this.#take(announcement.grant);
    else this.#leave(announcement.because);
  }

  #announce(announcement: Announcement): void {
    this.#channel?.postMessage(announcement);
  }

  #set(state: SessionState): void {
    this.#state = state;
    this.#watchers.call();
  }
}
