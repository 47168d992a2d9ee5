import type { AccessToken } from '../session/accessTokens.js';

/** How long before a token runs out it is renewed: a fifth of its life, between 5 seconds and 1 minute. */
export function renewalLead(lifeMs: number): number {
  return Math.min(60_000, Math.max(5_000, lifeMs / 5));
}

/** Calls back once, shortly before the token runs out. */
export class RenewalTimer {
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly now: () => number) {}

  start(token: AccessToken, renew: () => void): void {
    this.stop();
    const left = token.expiresAt - this.now();
    // setTimeout takes at most 2^31 - 1 ms; a longer wait would fire at once.
    const wait = Math.min(Math.max(left - renewalLead(left), 1_000), 2_147_483_647);
    this.#timer = setTimeout(renew, wait);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
