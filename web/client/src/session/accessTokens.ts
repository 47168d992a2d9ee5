/** A short-lived credential. `expiresAt` is in milliseconds since 1970. */
export interface AccessToken {
  readonly value: string;
  readonly expiresAt: number;
}

/**
 * Gives a token that is good to use now, or null when nobody is signed in. `insteadOf` names a token that is about
 * to run out or that the server refused: the answer must be another one. Rejects when the server cannot be reached.
 */
export type TokenSource = (insteadOf?: string) => Promise<AccessToken | null>;
