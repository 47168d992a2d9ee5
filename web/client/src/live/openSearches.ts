import type { Acknowledgement } from '../connection/askSocket.js';
import type { FhirResource } from '../resource.js';
import type { LiveSearch, SearchAnswer, SearchChange } from './liveSearch.js';

type Send = (name: string, body: object, answered: (answer: Acknowledgement) => void) => void;

/** What the connection needs of a search, whatever it finds. */
type AnySearch = Pick<
  LiveSearch<FhirResource>,
  'query' | 'since' | 'opened' | 'changed' | 'reached' | 'interrupted' | 'restored' | 'refused' | 'refusable' | 'forgotten'
>;

/** The searches of one connection: which subscription each one has, and how it goes on after an interruption. */
export class OpenSearches {
  readonly #send: Send;
  /** The subscription of each search; null while it has none. */
  readonly #subscriptions = new Map<AnySearch, string | null>();
  /** Subscriptions that the server may restore although nobody watches them any more. */
  readonly #left = new Set<string>();
  #joined = false;
  /** Changes with every connection: an answer to an older one is none. */
  #connection = 0;

  constructor(send: Send) {
    this.#send = send;
  }

  add(search: AnySearch): () => void {
    this.#subscriptions.set(search, null);
    search.refusable(() => this.#ask(search));
    this.#ask(search);
    return () => this.#remove(search);
  }

  /** The connection has its subscription; `restored`: with those of the searches, and nothing missing. */
  joined({ restored }: { restored: boolean }): void {
    this.#joined = true;
    this.#connection += 1;
    for (const id of this.#left) if (restored) this.#unsubscribe(id);
    this.#left.clear();
    for (const [search, id] of this.#subscriptions) {
      if (restored && id !== null) search.restored();
      else this.#ask(search);
    }
  }

  interrupted(): void {
    this.#joined = false;
    for (const search of this.#subscriptions.keys()) search.interrupted();
  }

  /** The next to watch may be another person: no list of the last one stays. */
  forget(): void {
    this.#left.clear();
    for (const search of this.#subscriptions.keys()) search.forgotten();
  }

  changed(change: SearchChange & { readonly subscriptionId: string }): void {
    for (const [search, id] of this.#subscriptions) if (id === change.subscriptionId) search.changed(change);
  }

  reached(position: number): void {
    if (!this.#joined) return;
    for (const [search, id] of this.#subscriptions) if (id !== null) search.reached(position);
  }

  #ask(search: AnySearch): void {
    this.#subscriptions.set(search, null);
    if (!this.#joined) return;
    const connection = this.#connection;
    const since = search.since === null ? {} : { since: search.since };
    this.#send('subscribe', { search: search.query, ...since }, (answer) => {
      if (connection !== this.#connection) return;
      if (answer.ok) this.#opened(search, answer as unknown as SearchAnswer);
      else if (this.#subscriptions.has(search)) search.refused({ code: 'refused', message: 'The search was refused.', ...answer.error });
    });
  }

  #opened(search: AnySearch, answer: SearchAnswer): void {
    if (!this.#subscriptions.has(search)) return this.#unsubscribe(answer.subscriptionId);
    this.#subscriptions.set(search, answer.subscriptionId);
    search.opened(answer);
  }

  #remove(search: AnySearch): void {
    const id = this.#subscriptions.get(search);
    this.#subscriptions.delete(search);
    if (typeof id !== 'string') return;
    if (this.#joined) this.#unsubscribe(id);
    else this.#left.add(id);
  }

  #unsubscribe(subscriptionId: string): void {
    this.#send('unsubscribe', { subscriptionId }, () => {});
  }
}
