/** A part of the log that cannot be replayed. Data of that time that is shown must be loaded again. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/**
 * Where to continue in the tenant's log after an interruption, and which events were already seen.
 *
 * After a (re)connect the server replays what was missed and then goes live, but with a subscription events of the live
 * stream may arrive before the replay. So while catching up the point to resume from stays where it was and single sequences
 * are remembered; the point moves with the server's position, or when the first event beyond the log's head at subscription
 * time arrives.
 */
export class ResumePoint {
  #floor: number | null;
  #head: number | null = null;
  readonly #above = new Set<number>();

  /** More than this many events while catching up are taken to be the replay, in order. */
  static readonly rememberAtMost = 10_000;

  constructor(since: number | null = null) {
    this.#floor = since;
  }

  /** The last sequence up to which nothing is missing; null before the first subscription. */
  get since(): number | null {
    return this.#floor;
  }

  /**
   * The server confirmed the subscription; `head` is the end of the log at that moment. False when the log ends before
   * what we have seen: it is another log (restored from a backup), and whoever shows data must load it again.
   */
  subscribed(head: number): boolean {
    this.#head = head;
    const known = this.#floor === null || head >= this.#floor;
    if (this.#floor === null) this.#settleAt(Math.max(head, maximum(this.#above)));
    if (!known) this.#settleAt(head);
    return known;
  }

  /** True when this event was not seen before. */
  accept(sequence: number): boolean {
    if (this.#floor !== null && sequence <= this.#floor) return false;
    if (this.#above.has(sequence)) return false;
    this.#above.add(sequence);
    const caughtUp = this.#head !== null && sequence > this.#head;
    if (caughtUp || this.#above.size > ResumePoint.rememberAtMost) this.#settleAt(maximum(this.#above));
    return true;
  }

  /** The server told its position: up to here everything was sent, also where nothing was for us. */
  reached(position: number): void {
    this.skipTo(position);
  }

  /** The server cannot replay up to `to`: whoever listens refetches, and we continue behind it. */
  skipTo(to: number): void {
    if (this.#floor === null || to > this.#floor) this.#floor = to;
    for (const sequence of this.#above) if (sequence <= to) this.#above.delete(sequence);
  }

  interrupted(): void {
    this.#head = null;
  }

  #settleAt(sequence: number): void {
    this.#floor = sequence;
    this.#above.clear();
  }
}

function maximum(numbers: Iterable<number>): number {
  let result = -Infinity;
  for (const number of numbers) if (number > result) result = number;
  return result;
}
