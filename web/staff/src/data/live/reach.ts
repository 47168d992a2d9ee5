/** Whether the server answered when it was last asked for something. */
class Reach {
  #away = false;
  readonly #watchers = new Set<() => void>();

  get away(): boolean {
    return this.#away;
  }

  answered(): void {
    this.#set(false);
  }

  unanswered(): void {
    this.#set(true);
  }

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  };

  #set(away: boolean): void {
    if (this.#away === away) return;
    this.#away = away;
    for (const watcher of this.#watchers) watcher();
  }
}

export const reach = new Reach();
