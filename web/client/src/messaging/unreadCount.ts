import { loadWithLine } from '../connection/whenFirstLive.js';
import { requestJson, type Requester } from '../session/requestJson.js';
import { Followed } from '../stores/followed.js';
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

/** What comes together is asked for once. */
const gatherMs = 250;

/** How many threads have something unread: counted by the server, asked for again when messages come or are read. */
export class UnreadCount {
  readonly #requester: Requester;
  readonly #address: string;
  readonly #followed: Followed<UnreadState>;
  #due: ReturnType<typeof setTimeout> | undefined;

  constructor(services: { session: Requester; messaging: MessagingConnection }, surface: 'staff' | 'portal' = 'staff') {
    this.#requester = services.session;
    this.#address = `/api/${surface === 'portal' ? 'patient-portal/messages' : 'patient-messages'}/unread-count`;
    const { messaging } = services;
    this.#followed = new Followed<UnreadState>({ count: null, byCategory: {} }, () => {
      const soon = () => this.#soon();
      return [
        messaging.on('new_message', soon),
        messaging.on('message_read', soon),
        messaging.on('message_retracted', soon),
        messaging.on('connected', ({ unread }) => this.#followed.set({ count: unread })),
        messaging.onGap(soon),
        loadWithLine(messaging, () => void this.#count()),
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

  #soon(): void {
    clearTimeout(this.#due);
    this.#due = setTimeout(() => void this.#count(), gatherMs);
  }

  async #count(): Promise<void> {
    const { time } = this.#followed;
    // Out of reach: the number stays, and the connection tells it when it is back.
    const counted = await requestJson<Counted>(this.#requester, ['GET', this.#address]).catch(() => null);
    if (counted && time === this.#followed.time) this.#followed.set({ count: counted.count, byCategory: counted.byCategory ?? {} });
  }
}
