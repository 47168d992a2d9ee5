import type { Problem } from '../session/problem.js';

/** A write as it goes out. */
export interface OutboxRequest {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly address: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface OutboxWrite {
  /** Sent as `Idempotency-Key`. Made where it is not given; give it where the body names it too (`clientMessageId`). */
  readonly id?: string;
  /** Writes of one lane go out one after the other, and wait behind one that was refused. The address where it is not given. */
  readonly lane?: string;
  readonly request: OutboxRequest;
  /** What the screen shows of it; sealed with the rest. */
  readonly about?: unknown;
}

/** `conflict`: something else has changed what the write is about. `failed`: it was refused. Both wait for the person. */
export type OutboxStatus = 'waiting' | 'sending' | 'conflict' | 'failed';

export interface OutboxEntry {
  readonly id: string;
  readonly lane: string;
  readonly request: OutboxRequest;
  readonly about: unknown;
  readonly madeAt: string;
  readonly status: OutboxStatus;
  /** Why it was refused. */
  readonly problem: Refused | null;
}

/** What is kept of a `Problem`. */
export type Refused = Pick<Problem, 'status' | 'code'>;

export interface OutboxState {
  /** `locked`: nobody is signed in, or the key has not come yet. `unavailable`: this browser or session keeps nothing. */
  readonly status: 'locked' | 'ready' | 'unavailable';
  /** In the order in which they go out. */
  readonly entries: readonly OutboxEntry[];
  /** How many of this person's writes cannot be opened any more: the password was reset, or an administrator has ended the sessions. */
  readonly lost: number;
}

export interface Sent {
  readonly entry: OutboxEntry;
  /** What the server answered, as JSON; null for nothing. */
  readonly answer: unknown;
}

/** Refused where it could not be sent and could not be kept either. */
export class NotKept extends Error {
  constructor(
    /** It went out and no answer came: the server may have done it. */
    readonly mayHaveArrived: boolean,
  ) {
    super('It could not be sent now and cannot wait on this device.');
    this.name = 'NotKept';
  }
}
