/** The server repeats its position at least every 15 s, also when nothing happened. */
const lateAfterMs = 30_000;
const deadAfterMs = 45_000;
const lookEveryMs = 5_000;

interface LifeSignsOptions {
  now: () => number;
  /** Two repetitions are missing: what is shown may be old. */
  onLate: () => void;
  /** A sign came after all. */
  onHeard: () => void;
  /** The line is dead, however open it looks. */
  onDead: () => void;
}

/**
 * Watches one connection for signs that the server's log still reaches it: a position, an event, a gap. The transport's own pings
 * are none, for they are answered also where the stream behind them has stopped. The watch begins with the first position.
 */
export class LifeSigns {
  readonly #options: LifeSignsOptions;
  #timer: ReturnType<typeof setInterval> | undefined;
  #heardAt = 0;
  #late = false;

  constructor(options: LifeSignsOptions) {
    this.#options = options;
  }

  /** A position of the log was told on this connection. */
  position(): void {
    this.heard();
    this.#timer ??= setInterval(() => this.#look(), lookEveryMs);
  }

  heard(): void {
    this.#heardAt = this.#options.now();
    if (!this.#late) return;
    this.#late = false;
    this.#options.onHeard();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#late = false;
  }

  #look(): void {
    const silence = this.#options.now() - this.#heardAt;
    if (silence >= deadAfterMs) {
      this.stop();
      this.#options.onDead();
    } else if (silence >= lateAfterMs && !this.#late) {
      this.#late = true;
      this.#options.onLate();
    }
  }
}
