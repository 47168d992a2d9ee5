import { newId } from '@vagus/events';
import type { Acknowledged } from '../connection/askSocket.js';
import { loadWithLine } from '../connection/whenFirstLive.js';
import { queryOf, requestJson, type Requester } from '../session/requestJson.js';
import { Followed } from '../stores/followed.js';
import type { Message, MessageReadNotice, MessageRetractedNotice, OutgoingMessage, UserTyping } from './messages.js';
import type { MessagingConnection } from './messagingConnection.js';

/** With somebody, in a thread of a patient (as staff or in the portal), or about something. */
export type ConversationWith =
  | { readonly userId: string }
  | { readonly threadId: string; readonly surface?: 'staff' | 'portal' }
  | { readonly contextType: string; readonly contextId: string };

export interface ConversationState {
  readonly status: 'loading' | 'ready' | 'failed';
  /** The oldest first. */
  readonly messages: readonly Message[];
  /** Whether there are older ones to load. */
  readonly hasOlder: boolean;
  /** Who is typing now. */
  readonly typing: readonly UserTyping[];
  /** Why it could not be loaded: a `Problem`, or the network's error. */
  readonly error: unknown;
}

interface Page {
  readonly items?: readonly Message[];
  readonly messages?: readonly Message[];
  readonly nextCursor: string | null;
}

const typingEndsAfterMs = 7_000;
const empty: ConversationState = { status: 'loading', messages: [], hasOlder: false, typing: [], error: null };

/** The messages of one conversation: loaded, then kept current by `/messaging`. It follows while somebody watches it. */
export class Conversation {
  readonly #with: ConversationWith;
  readonly #requester: Requester;
  readonly #connection: MessagingConnection;
  readonly #followed = new Followed<ConversationState>(empty, () => this.#follow());
  readonly #byId = new Map<string, Message>();
  readonly #typing = new Map<string, { who: UserTyping; ends: ReturnType<typeof setTimeout> }>();
  #threads = new Set<string>();
  #older: string | null = null;
  /** What was known when the newest page was last asked for: of what is told live since, nothing says that it follows without a gap. */
  #joined: Set<string> | null = null;
  #reloads = 0;

  constructor(conversation: ConversationWith, services: { session: Requester; messaging: MessagingConnection }) {
    this.#with = conversation;
    this.#requester = services.session;
    this.#connection = services.messaging;
  }

  get state(): ConversationState {
    return this.#followed.state;
  }

  watch(watcher: () => void): () => void {
    return this.#followed.watch(watcher);
  }

  /** Loads anew, as after a gap. */
  async reload(): Promise<void> {
    this.#reloads += 1;
    const reload = this.#reloads;
    // An attempt that failed has closed no gap.
    this.#joined ??= new Set(this.#byId.keys());
    await this.#read(null, () => reload === this.#reloads, (page) => this.#join(page));
  }

  async loadOlder(): Promise<void> {
    const before = this.#older;
    // Meanwhile the older part may have been dropped, or loaded by somebody else.
    if (before !== null) await this.#read(before, () => before === this.#older, (page) => this.#keepOlder(page));
  }

  /** Sends into this conversation. The same `clientMessageId` again is harmless. */
  async send(content: string, more: { clientMessageId?: string } = {}): Promise<Acknowledged<{ message: Message }>> {
    const addressee = this.#addressee();
    if (!addressee) return { ok: false, error: { code: 'not_found', message: 'It is not known to whom this goes.' } };
    const clientMessageId = more.clientMessageId ?? newId();
    const { time } = this.#followed;
    const answer = await this.#connection.send({ ...addressee, content, clientMessageId } as OutgoingMessage);
    // Nobody watches it any more: the next to do so may be another person, and loads it.
    if (answer.ok && time === this.#followed.time) this.#put(answer.message);
    return answer;
  }

  /** Everything that is shown. */
  async markRead(): Promise<void> {
    const last = this.state.messages.at(-1);
    if (last) await this.#connection.markRead(last.id);
  }

  #addressee(): Pick<OutgoingMessage, 'recipientId'> | Pick<OutgoingMessage, 'threadId'> | null {
    if ('userId' in this.#with) return { recipientId: this.#with.userId };
    if ('threadId' in this.#with) return { threadId: this.#with.threadId };
    const [thread] = this.#threads;
    return this.#threads.size === 1 && thread ? { threadId: thread } : null;
  }

  #follow(): (() => void)[] {
    const on = this.#connection;
    return [
      on.on('new_message', (message) => this.#told(message)),
      on.on('message_sent', (message) => this.#told(message)),
      on.on('message_read', (notice) => this.#wasRead(notice)),
      on.on('message_retracted', (notice) => this.#wasRetracted(notice)),
      on.on('user_typing', (who) => this.#isTyping(who)),
      on.onGap(() => void this.reload()),
      loadWithLine(on, () => void this.reload()),
      () => this.#forget(),
    ];
  }

  #forget(): void {
    for (const { ends } of this.#typing.values()) clearTimeout(ends);
    this.#typing.clear();
    this.#byId.clear();
    this.#threads = new Set();
    this.#older = null;
    this.#joined = null;
  }

  /** What another request has overtaken is told by that one, be it a page or a failure. */
  async #read(before: string | null, isCurrent: () => boolean, take: (page: Page) => void): Promise<void> {
    const { time } = this.#followed;
    try {
      const page = await requestJson<Page>(this.#requester, ['GET', this.#address(before)]);
      if (time !== this.#followed.time) return;
      if (isCurrent()) take(page);
      else if (this.state.status !== 'ready') return this.#takeOvertaken(page);
      else return;
      this.#set({ status: 'ready', error: null });
    } catch (error) {
      if (time !== this.#followed.time || !isCurrent()) return;
      this.#set({ status: this.state.status === 'ready' ? 'ready' : 'failed', error });
    }
  }

  /** It is better than nothing: the newer page is joined to it, or fails, and what failed stays said. */
  #takeOvertaken(page: Page): void {
    this.#keepOlder(page);
    this.#set({ status: 'ready' });
  }

  /** More than a page may have come in a gap: what is older than the hole is dropped then, and loaded again when it is asked for. */
  #join(page: Page): void {
    const joined = this.#joined ?? new Set();
    const isFirst = this.state.status !== 'ready';
    const hasHole = page.nextCursor !== null && !messagesOf(page).some(({ id }) => joined.has(id));
    if (hasHole && !isFirst) for (const id of joined) this.#byId.delete(id);
    if (hasHole || isFirst) this.#older = page.nextCursor;
    this.#joined = null;
    for (const message of messagesOf(page)) this.#keep(message);
  }

  #keepOlder(page: Page): void {
    this.#older = page.nextCursor;
    for (const message of messagesOf(page)) {
      this.#joined?.add(message.id);
      this.#keep(message);
    }
  }

  #address(before: string | null): string {
    const about = this.#with;
    if ('userId' in about) return `/api/messages/conversation${queryOf({ userId: about.userId, before })}`;
    if ('contextType' in about) return `/api/messages/by-context${queryOf({ type: about.contextType, id: about.contextId, before })}`;
    const base = about.surface === 'portal' ? '/api/patient-portal/messages' : '/api/patient-messages';
    return `${base}/threads/${encodeURIComponent(about.threadId)}${queryOf({ before })}`;
  }

  /** A message of this conversation: of its thread, with its person, or about the same thing. */
  #told(message: Message): void {
    const about = this.#with;
    const belongs =
      'threadId' in about
        ? message.threadId === about.threadId
        : 'contextType' in about
          ? message.contextType === about.contextType && message.contextId === about.contextId
          : this.#threads.has(message.threadId) || isBetween(about.userId, message);
    if (belongs) this.#put(message);
  }

  #put(message: Message): void {
    this.#keep(message);
    this.#stopTyping(message.senderId);
    this.#set({});
  }

  /** What was retracted or read once stays so, whatever an older answer says. */
  #keep(message: Message): void {
    const known = this.#byId.get(message.id);
    this.#threads.add(message.threadId);
    if (known?.status === 'retracted') return;
    this.#byId.set(message.id, known?.readAt && !message.readAt ? { ...message, readAt: known.readAt } : message);
  }

  #wasRead({ threadId, readerId, readAt, upToSequence }: MessageReadNotice): void {
    for (const message of this.#byId.values()) {
      const concerned = message.threadId === threadId && message.sequence <= upToSequence && message.senderId !== readerId;
      if (concerned && message.readAt === null) this.#byId.set(message.id, { ...message, readAt });
    }
    this.#set({});
  }

  #wasRetracted({ messageId }: MessageRetractedNotice): void {
    const message = this.#byId.get(messageId);
    if (!message) return;
    this.#byId.set(messageId, { ...message, status: 'retracted', content: null });
    this.#set({});
  }

  #isTyping(who: UserTyping): void {
    const about = this.#with;
    const here = 'threadId' in about ? about.threadId === who.threadId : this.#threads.has(who.threadId);
    if (!here) return;
    this.#stopTyping(who.userId);
    if (who.isTyping) {
      const ends = setTimeout(() => {
        this.#stopTyping(who.userId);
        this.#set({});
      }, typingEndsAfterMs);
      this.#typing.set(who.userId, { who, ends });
    }
    this.#set({});
  }

  #stopTyping(userId: string): void {
    clearTimeout(this.#typing.get(userId)?.ends);
    this.#typing.delete(userId);
  }

  #set(change: Partial<ConversationState>): void {
    const messages = [...this.#byId.values()].sort(inOrder);
    const typing = [...this.#typing.values()].map(({ who }) => who);
    this.#followed.set({ messages, typing, hasOlder: this.#older !== null, ...change });
  }
}

/** Without the notes of staff. */
function messagesOf({ items, messages }: Page): readonly Message[] {
  return (items ?? messages ?? []).filter(({ kind }) => kind === 'message');
}

/** A message in the thread of a patient is to nobody in particular. */
function isBetween(userId: string, { senderId, recipientId }: Message): boolean {
  return recipientId !== null && (senderId === userId || recipientId === userId);
}

function inOrder(one: Message, other: Message): number {
  if (one.threadId === other.threadId) return one.sequence - other.sequence;
  return Date.parse(one.sentAt) - Date.parse(other.sentAt);
}
