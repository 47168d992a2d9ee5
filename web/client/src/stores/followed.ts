import { Listeners } from '../listeners.js';

/** Something that is loaded and kept current while somebody watches it, and forgotten when the last one has left. */
export class Followed<State> {
  readonly #watchers = new Listeners<void>();
  readonly #empty: State;
  readonly #begin: () => (() => void)[];
  #state: State;
  #time = {};
  #watching = 0;
  #leaving: ReturnType<typeof setTimeout> | undefined;
  #isFollowing = false;
  #stops: (() => void)[] = [];

  constructor(empty: State, begin: () => (() => void)[]) {
    this.#empty = empty;
    this.#state = empty;
    this.#begin = begin;
  }

  get state(): State {
    return this.#state;
  }

  /** The same for as long as it is followed without a break: answers to an earlier time are none. */
  get time(): unknown {
    return this.#time;
  }

  set(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    this.#watchers.call();
  }

  watch(watcher: () => void): () => void {
    const remove = this.#watchers.add(watcher);
    this.#watching += 1;
    clearTimeout(this.#leaving);
    if (!this.#isFollowing) {
      this.#isFollowing = true;
      this.#stops = this.#begin();
    }
    let watches = true;
    return () => {
      if (!watches) return;
      watches = false;
      remove();
      this.#watching -= 1;
      // A component that is mounted again in the same moment (StrictMode) loads nothing twice.
      if (this.#watching === 0) this.#leaving = setTimeout(() => this.#leave(), 0);
    };
  }

  /** Forgets everything at once and begins anew for those who watch. */
  restart(): void {
    if (!this.#isFollowing) return;
    this.#leave();
    this.#isFollowing = true;
    this.#stops = this.#begin();
    this.#watchers.call();
  }

  #leave(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.#isFollowing = false;
    this.#time = {};
    this.#state = this.#empty;
  }
}
