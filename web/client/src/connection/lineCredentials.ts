import type { AccessToken, TokenSource } from '../session/accessTokens.js';
import { RenewalTimer } from './renewalTimer.js';

/** Refusals in a row, each of another token, after which no further attempt is made: the person has to sign in again. */
export const refusalsUntilGivingUp = 3;
const longestWaitMs = 30_000;

interface LineCredentialsOptions {
  tokens: TokenSource;
  now: () => number;
  /** Makes the next attempt to connect. */
  connect: () => void;
  /** Presents a renewed token on the standing line; false when the line cannot go on with it. */
  renew: (token: AccessToken) => boolean | Promise<boolean>;
  /** There will be no further attempt. */
  giveUp: (code: string) => void;
}

/**
 * The credentials of one line to the server, whatever its transport: which token an attempt presents, what follows a refusal, when
 * the next attempt is due, and the renewal in place before the token runs out.
 */
export class LineCredentials {
  readonly #options: LineCredentialsOptions;
  readonly #renewal: RenewalTimer;
  #token: AccessToken | null = null;
  #refusedToken: string | undefined;
  #refusals = 0;
  #interruptions = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** Changes with every line, so that a renewal that was under way when its line ended has no effect. */
  #line = 0;

  constructor(options: LineCredentialsOptions) {
    this.#options = options;
    this.#renewal = new RenewalTimer(options.now);
  }

  /** The token for an attempt, never one that was refused before; null when nobody is signed in. Rejects like the token source. */
  async present(): Promise<AccessToken | null> {
    this.#token = await this.#options.tokens(this.#refusedToken);
    return this.#token;
  }

  /** The line stands with the token that was presented. */
  accepted(): void {
    this.#interruptions = 0;
    this.forgive();
    this.#renewInTime();
  }

  /** The server refused the token or ended its session. True when an attempt with another token follows: the first one at once. */
  refused(code: string): boolean {
    this.#refusedToken = this.#token?.value;
    this.#refusals += 1;
    if (this.#refusals < refusalsUntilGivingUp) {
      this.#connectIn(this.#refusals === 1 ? 0 : jitter(this.#refusals));
      return true;
    }
    this.#options.giveUp(code);
    return false;
  }

  /** The line broke for no reason of the token's: the next attempt follows, later after each failure. */
  interrupted(): void {
    this.#interruptions += 1;
    this.#connectIn(jitter(this.#interruptions));
  }

  /** The line that a token was presented on is no more. */
  ended(): void {
    this.#line += 1;
    this.#renewal.stop();
  }

  /** No attempt follows by itself. */
  stopRetrying(): void {
    clearTimeout(this.#retry);
  }

  /** Refusals count from the beginning, as after signing in again. */
  forgive(): void {
    this.#refusals = 0;
    this.#refusedToken = undefined;
  }

  #connectIn(waitMs: number): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#options.connect(), waitMs);
  }

  #renewInTime(): void {
    if (this.#token) this.#renewal.start(this.#token, () => void this.#renew());
  }

  async #renew(): Promise<void> {
    const line = this.#line;
    // A source out of reach is asked again: the timer waits at least a second. In the worst case the server ends the session.
    const token = await this.#options.tokens(this.#token?.value).catch(() => undefined);
    if (line !== this.#line) return;
    if (token === null) return this.#options.giveUp('signed_out');
    if (token) {
      this.#token = token;
      const goesOn = await this.#options.renew(token);
      if (!goesOn || line !== this.#line) return;
    }
    this.#renewInTime();
  }
}

/** Full jitter: after a restart of the server its clients come back spread out. */
function jitter(attempt: number): number {
  return Math.random() * Math.min(longestWaitMs, 500 * 2 ** attempt);
}
