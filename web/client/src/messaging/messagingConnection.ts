import { newId } from '@vagus/events';
import type { Acknowledged } from '../connection/askSocket.js';
import type { ConnectionState } from '../connection/connectionState.js';
import type { Gap } from '../connection/resumePoint.js';
import { SocketLine, type SocketLineOptions } from '../connection/socketLine.js';
import { Listeners } from '../listeners.js';
import { MessageStream } from './messageStream.js';
import type { Addressee, Message, MessagingEventName, MessagingEvents, OutgoingMessage } from './messages.js';

export type MessagingConnectionOptions = SocketLineOptions;

interface Told {
  readonly name: MessagingEventName;
  readonly payload: MessagingEvents[MessagingEventName];
}

/** The namespace `/messaging`: opened by its first user, closed a little after the last one left. */
export class MessagingConnection {
  readonly #line: SocketLine;
  readonly #stream: MessageStream;
  readonly #events = new Listeners<Told>();
  readonly #gaps = new Listeners<Gap>();

  constructor(options: MessagingConnectionOptions) {
    this.#stream = new MessageStream({
      now: options.now ?? Date.now,
      onCurrent: () => this.#line.live(),
      onEvent: (name, payload) => this.#events.call({ name, payload: payload as Told['payload'] }),
      onGap: (gap) => this.#gaps.call(gap),
      onLate: () => this.#line.late(),
      onHeard: () => this.#line.heard(),
      onDead: () => this.#line.reopen(),
    });
    this.#line = new SocketLine(options, '/messaging', this.#stream);
  }

  get state(): ConnectionState {
    return this.#line.state;
  }

  watchState(watcher: () => void): () => void {
    return this.#line.watchState(watcher);
  }

  hold(): () => void {
    return this.#line.hold();
  }

  on<Name extends MessagingEventName>(name: Name, listener: (payload: MessagingEvents[Name]) => void): () => void {
    return this.#line.whileHeld(
      this.#events.add((told) => {
        if (told.name === name) listener(told.payload as MessagingEvents[Name]);
      }),
    );
  }

  /** Messages of this part of the log are not told: load again what is on screen. */
  onGap(listener: (gap: Gap) => void): () => void {
    return this.#line.whileHeld(this.#gaps.add(listener));
  }

  /**
   * Refused with `invalid`, `too_long`, `not_found`, `conflict`, `rate_limited`, `unauthenticated`, `unavailable`. After `not_connected`
   * or `no_answer` send the same again with its `clientMessageId`: it is stored once.
   */
  send(message: OutgoingMessage): Promise<Acknowledged<{ message: Message }>> {
    return this.#line.request('send_message', { clientMessageId: newId(), ...message });
  }

  /** Everything in the thread up to this message. */
  markRead(messageId: string): Promise<Acknowledged<{ threadId: string; upToSequence: number }>> {
    return this.#line.request('mark_read', { messageId });
  }

  /** It ends by itself after 6 s: say it again while the person types. */
  typing(addressee: Addressee, isTyping = true): Promise<Acknowledged> {
    return this.#line.request('typing', { ...addressee, isTyping });
  }

  retry(): void {
    this.#line.retry();
  }

  close(): void {
    this.#line.close();
  }
}
