import type { SocketEvent } from '@vagus/events';
import { loadWithLine } from '../connection/whenFirstLive.js';
import type { LiveConnection } from '../live/liveConnection.js';
import type { Requester } from '../session/requestJson.js';
import { Followed } from '../stores/followed.js';
import {
  markAllNotificationsRead,
  markNotificationRead,
  markNotificationsSeen,
  readNotifications,
  type Notification,
} from './alertRequests.js';

export interface NotificationListState {
  readonly status: 'loading' | 'ready' | 'failed';
  /** The newest first. */
  readonly items: readonly Notification[];
  /** Not opened yet. */
  readonly unread: number;
  /** Not on the screen yet: what a badge counts. */
  readonly unseen: number;
  /** Older ones can be loaded. */
  readonly hasOlder: boolean;
  readonly error: unknown;
}

/** No more are kept of what comes live; older ones are loaded when they are asked for. */
const keepAtMost = 200;
const empty: NotificationListState = { status: 'loading', items: [], unread: 0, unseen: 0, hasOlder: false, error: null };

/** What the signed-in person is told: loaded, then kept current by the live connection. */
export class NotificationList {
  readonly #session: Requester;
  readonly #followed: Followed<NotificationListState>;
  #cursor: string | null = null;

  constructor({ session, connection }: { session: Requester; connection: LiveConnection }) {
    this.#session = session;
    this.#followed = new Followed(empty, () => {
      return [
        connection.on('notification', (told) => this.#told(told)),
        connection.onGap(() => void this.reload()),
        loadWithLine(connection, () => void this.reload()),
      ];
    });
  }

  get state(): NotificationListState {
    return this.#followed.state;
  }

  watch(watcher: () => void): () => void {
    return this.#followed.watch(watcher);
  }

  /** Another person has signed in: what the one before was told is gone at once, also what is still on its way. */
  forget(): void {
    this.#cursor = null;
    this.#followed.restart();
  }

  async reload(): Promise<void> {
    const { time } = this.#followed;
    const before = new Set(this.state.items.map(({ id }) => id));
    try {
      const page = await readNotifications(this.#session);
      if (time !== this.#followed.time) return;
      const read = new Set(page.items.map(({ id }) => id));
      // What came while the list was on its way.
      const since = this.state.items.filter(({ id }) => !read.has(id) && !before.has(id));
      this.#cursor = page.nextCursor;
      this.#followed.set({
        status: 'ready',
        items: [...since, ...page.items],
        unread: page.unreadCount + since.length,
        unseen: page.unseenCount + since.length,
        hasOlder: page.nextCursor !== null,
        error: null,
      });
    } catch (error) {
      if (time === this.#followed.time) this.#followed.set({ status: this.state.status === 'ready' ? 'ready' : 'failed', error });
    }
  }

  /** Adds the next page behind what is there; throws where it cannot be loaded. */
  async loadOlder(): Promise<void> {
    const { time } = this.#followed;
    const cursor = this.#cursor;
    if (cursor === null) return;
    const page = await readNotifications(this.#session, { cursor });
    // Meanwhile the list was loaded anew, or somebody else asked for the same page.
    if (time !== this.#followed.time || cursor !== this.#cursor) return;
    this.#cursor = page.nextCursor;
    this.#followed.set({ items: [...this.state.items, ...page.items], hasOlder: page.nextCursor !== null });
  }

  /** It was opened. */
  async read(id: string): Promise<void> {
    const notification = this.state.items.find((each) => each.id === id);
    if (!notification || notification.readAt !== null) return;
    if (!(await this.#marked(markNotificationRead(this.#session, id)))) return;
    const readAt = new Date().toISOString();
    const items = this.state.items.map((each) => (each.id === id ? { ...each, readAt } : each));
    this.#followed.set({ items, unread: Math.max(0, this.state.unread - 1) });
  }

  async readAll(): Promise<void> {
    const through = sequenceOf(this.state.items);
    if (!(await this.#marked(markAllNotificationsRead(this.#session, through)))) return;
    const readAt = new Date().toISOString();
    const items = this.state.items.map((each) => (each.readAt === null && !isAfter(through)(each) ? { ...each, readAt } : each));
    const since = items.filter(isAfter(through));
    this.#followed.set({ items, unread: since.filter(({ readAt: at }) => at === null).length, unseen: since.length });
  }

  /** They were on the screen. */
  async seen(): Promise<void> {
    if (this.state.unseen === 0) return;
    const through = sequenceOf(this.state.items);
    if (!(await this.#marked(markNotificationsSeen(this.#session, through)))) return;
    this.#followed.set({ unseen: this.state.items.filter(isAfter(through)).length });
  }

  /** False where the list has become another one meanwhile: another person's, of which nothing was marked. */
  async #marked(marking: Promise<unknown>): Promise<boolean> {
    const { time } = this.#followed;
    await marking;
    return time === this.#followed.time;
  }

  #told(told: SocketEvent<'notification'>): void {
    if (this.state.items.some(({ id }) => id === told.id)) return;
    const { eventId: _eventId, occurredAt, ...content } = told;
    const notification: Notification = { ...content, createdAt: occurredAt, seenAt: null, readAt: null };
    const items = [notification, ...this.state.items].slice(0, Math.max(keepAtMost, this.state.items.length));
    this.#followed.set({ items, unread: this.state.unread + 1, unseen: this.state.unseen + 1 });
  }
}

/** The highest that is there; those of before have none. */
function sequenceOf(items: readonly Notification[]): number {
  return Math.max(0, ...items.map(({ sequence }) => sequence ?? 0));
}

/** It came while the request was on its way. */
function isAfter(through: number): (notification: Notification) => boolean {
  return ({ sequence }) => (sequence ?? 0) > through;
}
