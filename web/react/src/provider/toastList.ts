export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly isUrgent: boolean;
}

const stayMs = 6_000;
const atMost = 4;
const rememberAtMost = 200;

/** What was said in passing; each goes by itself. */
export class ToastList {
  #toasts: readonly Toast[] = [];
  #next = 1;
  readonly #watchers = new Set<() => void>();
  /** The events that were said: several components may say the same one. */
  readonly #said = new Set<string>();
  readonly #ends = new Map<number, ReturnType<typeof setTimeout>>();

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  };

  readonly current = (): readonly Toast[] => this.#toasts;

  /** `eventId` is said once. */
  say(text: string, { isUrgent = false, eventId }: { isUrgent?: boolean; eventId?: string } = {}): void {
    if (eventId !== undefined && !this.#isNew(eventId)) return;
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

  #isNew(eventId: string): boolean {
    if (this.#said.has(eventId)) return false;
    this.#said.add(eventId);
    if (this.#said.size > rememberAtMost) this.#said.delete(this.#said.values().next().value!);
    return true;
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
