import { loadWithLine } from '../connection/whenFirstLive.js';
import { requestJson, type Requester } from '../session/requestJson.js';
import { Followed } from '../stores/followed.js';
import type { UnreadNotice } from './messages.js';
import type { MessagingConnection } from './messagingConnection.js';

export interface UnreadState {
  /** Threads with messages of others that the person has not read; null until it is known. */
  readonly count: number | null;
  /** The same by category; direct threads under `direct`. */
  readonly byCategory: Readonly<Record<string, number>>;
}

interface Counted {
  readonly count: number;
  readonly byCategory?: Readonly<Record<string, number>>;
}

/** The beginning of a connection is told in several ways: it is counted once. */
const gatherMs = 50;

/** The portal shows the threads of patients alone. */
const elsewhere = ['direct', 'staff'];

/** How many threads have something unread: the server counts, and tells when that changes. */
export class UnreadCount {
  readonly #requester: Requester;
  readonly #address: string;
  readonly #followed: Followed<UnreadState>;
  readonly #surface: 'staff' | 'portal';
  #due: ReturnType<typeof setTimeout> | undefined;
  #tellings = 0;

  constructor(services: { session: Requester; messaging: MessagingConnection }, surface: 'staff' | 'portal' = 'staff') {
    this.#requester = services.session;
    this.#surface = surface;
    this.#address = `/api/${surface === 'portal' ? 'patient-portal/messages' : 'patient-messages'}/unread-count`;
    const { messaging } = services;
    this.#followed = new Followed<UnreadState>({ count: null, byCategory: {} }, () => {
      const soon = () => this.#soon();
      return [
        messaging.on('unread', (counted) => this.#tell(counted)),
        // What changed while the line was interrupted is told by no event.
        messaging.on('connected', soon),
        messaging.onGap(soon),
        loadWithLine(messaging, soon),
        () => clearTimeout(this.#due),
      ];
    });
  }

  get state(): UnreadState {
    return this.#followed.state;
  }

  watch(watcher: () => void): () => void {
    return this.#followed.watch(watcher);
  }

  #tell({ count, byCategory }: UnreadNotice): void {
    this.#tellings += 1;
    if (this.#surface === 'staff') return this.#followed.set({ count, byCategory });
    const own = Object.entries(byCategory).filter(([category]) => !elsewhere.includes(category));
    this.#followed.set({ count: own.reduce((sum, [, each]) => sum + each, 0), byCategory: Object.fromEntries(own) });
  }

  #soon(): void {
    clearTimeout(this.#due);
    this.#due = setTimeout(() => void this.#count(), gatherMs);
  }

  async #count(): Promise<void> {
    const { time } = this.#followed;
    const tellings = this.#tellings;
    // Out of reach: the number stays, and the connection tells it when it is back.
    const counted = await requestJson<Counted>(this.#requester, ['GET', this.#address]).catch(() => null);
    // What was told meanwhile is newer.
    if (counted && time === this.#followed.time && tellings === this.#tellings) {
      this.#followed.set({ count: counted.count, byCategory: counted.byCategory ?? {} });
    }
  }
}
