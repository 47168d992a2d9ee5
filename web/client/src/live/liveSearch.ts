import type { RequestError } from '../connection/askSocket.js';
import { Listeners } from '../listeners.js';
import type { FhirResource } from '../resource.js';

/**
 * - `closed`: nobody watches it
 * - `opening`: there is no list yet
 * - `live`: the list is exact at `sequence`, and changes follow
 * - `stale`: the connection is interrupted; the list is that of `sequence`
 * - `refused`: see `error`; asked again with the next connection or by `retry`
 */
export type SearchStatus = 'closed' | 'opening' | 'live' | 'stale' | 'refused';

export interface SearchState<R extends FhirResource = FhirResource> {
  readonly status: SearchStatus;
  readonly resources: readonly R[];
  /** The position of the log at which the list is exact; null before there is one. */
  readonly sequence: number | null;
  /** False where the page (`_count`) is a part of the result; what enters is told all the same. */
  readonly complete: boolean;
  /** How many resources the search found when it was opened, where the server says so. */
  readonly total: number | null;
  /** The statement of 42 CFR 2.32, to be shown with the list where it is given. */
  readonly notice: string | null;
  /** Why it was refused: `unsupported_search`, `too_many_matches`, `too_many_searches`, `too_many_subscriptions`, … */
  readonly error: RequestError | null;
}

export interface LiveSearchOptions<R extends FhirResource = FhirResource> {
  /** The order of the list. Without it: the page's, and what enters comes last. */
  compare?: (one: R, other: R) => number;
}

/** How `subscribe { search }` is acknowledged. */
export interface SearchAnswer {
  readonly subscriptionId: string;
  readonly sequence: number;
  readonly resources?: readonly FhirResource[];
  readonly complete?: boolean;
  readonly total?: number | null;
  readonly notice?: string | null;
}

export interface SearchChange {
  readonly change: 'enter' | 'update' | 'leave';
  readonly resourceId: string;
  readonly resource: FhirResource | null;
  readonly sequence: number;
}

const nothing: SearchState<never> = {
  status: 'closed', resources: [], sequence: null, complete: false, total: null, notice: null, error: null,
};

/** The list of one search. It is opened by its first watcher and ended a moment after the last one left. */
export class LiveSearch<R extends FhirResource = FhirResource> {
  readonly #options: LiveSearchOptions<R>;
  readonly #open: (search: LiveSearch<R>) => () => void;
  readonly #watchers = new Listeners<void>();
  readonly #found = new Map<string, R>();
  #state: SearchState<R> = nothing;
  #sequence: number | null = null;
  #watching = 0;
  #end: (() => void) | null = null;
  #ending: ReturnType<typeof setTimeout> | undefined;
  #askAgain: (() => void) | null = null;

  constructor(readonly query: string, options: LiveSearchOptions<R>, open: (search: LiveSearch<R>) => () => void) {
    this.#options = options;
    this.#open = open;
  }

  get state(): SearchState<R> {
    return this.#state;
  }

  /** The last position that the list has; null where it has to be read whole. */
  get since(): number | null {
    return this.#sequence;
  }

  watch(watcher: () => void): () => void {
    const remove = this.#watchers.add(watcher);
    this.#watching += 1;
    clearTimeout(this.#ending);
    this.#end ??= this.#begin();
    let watches = true;
    return () => {
      if (!watches) return;
      watches = false;
      remove();
      this.#watching -= 1;
      // A component that is mounted again in the same moment (StrictMode) goes on with what is open.
      if (this.#watching === 0) this.#ending = setTimeout(() => this.#close(), 0);
    };
  }

  /** Asks once more after a refusal. */
  retry(): void {
    if (this.#state.status === 'refused') this.#askAgain?.();
  }

  /** Called by the connection. */
  refusable(askAgain: () => void): void {
    this.#askAgain = askAgain;
  }

  /** Called by the connection: a page to begin anew with, or leave to go on with the list that is there. */
  opened(answer: SearchAnswer): void {
    if (answer.resources) this.#found.clear();
    for (const resource of answer.resources ?? []) this.#found.set(resource.id, resource as R);
    this.#sequence = answer.sequence;
    const page = answer.resources && {
      complete: answer.complete ?? false, total: answer.total ?? null, notice: answer.notice ?? null,
    };
    this.#set({ status: 'live', error: null, ...page });
  }

  /** Called by the connection. A change that the list has already is passed over. */
  changed({ change, resourceId, resource, sequence }: SearchChange): void {
    if (this.#sequence !== null && sequence <= this.#sequence) return;
    this.#sequence = sequence;
    if (change === 'leave') this.#found.delete(resourceId);
    else if (resource) this.#found.set(resourceId, resource as R);
    this.#set({});
  }

  /** Called by the connection: all changes up to here have been told. */
  reached(position: number): void {
    if (this.#sequence !== null && position > this.#sequence) this.#sequence = position;
  }

  /** Called by the connection. */
  interrupted(): void {
    if (this.#state.status === 'live') this.#set({ status: 'stale' });
  }

  /** Called by the connection: it was restored with everything that was missed. */
  restored(): void {
    if (this.#state.status === 'stale') this.#set({ status: 'live' });
  }

  /** Called by the connection. */
  refused(error: RequestError): void {
    this.#set({ status: 'refused', error });
  }

  /** Called by the connection. */
  forgotten(): void {
    this.#found.clear();
    this.#sequence = null;
    this.#set({ ...nothing, status: 'opening' });
  }

  #begin(): () => void {
    this.#state = { ...nothing, status: 'opening' };
    return this.#open(this);
  }

  /** No record of a patient is kept for a list that nobody watches. */
  #close(): void {
    this.#end?.();
    this.#end = null;
    this.#found.clear();
    this.#sequence = null;
    this.#state = nothing;
  }

  #set(change: Partial<SearchState<R>>): void {
    const { compare } = this.#options;
    const resources = [...this.#found.values()];
    if (compare) resources.sort(compare);
    this.#state = { ...this.#state, resources, sequence: this.#sequence, ...change };
    this.#watchers.call();
  }
}
