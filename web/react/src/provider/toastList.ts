export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly isUrgent: boolean;
}

const stayMs = 6_000;
const atMost = 4;

/** What was said in passing; each goes by itself. */
export class ToastList {
  #toasts: readonly Toast[] = [];
  #next = 1;
  readonly #watchers = new Set<() => void>();
  readonly #ends = new Map<number, ReturnType<typeof setTimeout>>();

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  };

  readonly current = (): readonly Toast[] => this.#toasts;

  say(text: string, { isUrgent = false }: { isUrgent?: boolean } = {}): void {
    const id = this.#next++;
    this.#ends.set(id, setTimeout(() => this.dismiss(id), stayMs));
    for (const old of this.#toasts.slice(0, Math.max(0, this.#toasts.length + 1 - atMost))) this.#forget(old.id);
    this.#set([...this.#toasts, { id, text, isUrgent }].slice(-atMost));
  }

  dismiss(id: number): void {
    this.#forget(id);
    this.#set(this.#toasts.filter((toast) => toast.id !== id));
  }

  clear(): void {
    for (const { id } of this.#toasts) this.#forget(id);
    this.#set([]);
  }

  #forget(id: number): void {
    clearTimeout(this.#ends.get(id));
    this.#ends.delete(id);
  }

  #set(toasts: readonly Toast[]): void {
    this.#toasts = toasts;
    for (const watcher of Array.from(this.#watchers)) watcher();
  }
}
