import type { SocketEvent, SocketEventName } from '@vagus/events';
import type { Acknowledged } from '../connection/askSocket.js';
import type { ConnectionState } from '../connection/connectionState.js';
import type { Gap } from '../connection/resumePoint.js';
import { SocketLine, type SocketLineOptions } from '../connection/socketLine.js';
import { Listeners } from '../listeners.js';
import type { FhirResource } from '../resource.js';
import type { AnyEvent } from './anyEvent.js';
import { LiveSearch, type LiveSearchOptions } from './liveSearch.js';
import { LiveStream, type Narrowing } from './liveStream.js';
import { OpenSearches } from './openSearches.js';

export interface LiveConnectionOptions extends SocketLineOptions {
  /** Narrows the stream; without them it is everything the caller may see. */
  eventTypes?: readonly string[];
  patientIds?: readonly string[];
}

/**
 * One connection per signed-in person, made outside any component. It opens when the first user holds it or listens,
 * closes a little after the last one left, and tells every listener each event once, also across interruptions.
 */
export class LiveConnection {
  readonly #line: SocketLine;
  readonly #stream: LiveStream;
  readonly #searches: OpenSearches;
  readonly #events = new Listeners<AnyEvent>();
  readonly #gaps = new Listeners<Gap>();

  constructor(options: LiveConnectionOptions) {
    this.#searches = new OpenSearches((name, body, answered) => this.#stream.send(name, body, answered));
    this.#stream = new LiveStream({
      narrowing: narrowingOf(options),
      now: options.now ?? Date.now,
      searches: this.#searches,
      onCurrent: () => this.#line.live(),
      onEvent: (event) => this.#events.call(event),
      onGap: (gap) => this.#gaps.call(gap),
      onLate: () => this.#line.late(),
      onHeard: () => this.#line.heard(),
      onDead: () => this.#line.reopen(),
      onRefused: (code) => this.#line.refuse(code),
    });
    this.#line = new SocketLine(options, '/', this.#stream);
  }

  get state(): ConnectionState {
    return this.#line.state;
  }

  /** The last position of the log up to which every event was delivered here; null before the first subscription. */
  get sequence(): number | null {
    return this.#stream.since;
  }

  /** Tells when `state` changed. Does not open the connection. */
  watchState(watcher: () => void): () => void {
    return this.#line.watchState(watcher);
  }

  /** Keeps the connection open until the returned function is called; calling that twice does nothing more. */
  hold(): () => void {
    return this.#line.hold();
  }

  on<Name extends SocketEventName>(name: Name, listener: (payload: SocketEvent<Name>) => void): () => void {
    return this.onAny((event) => {
      if (event.name === name) listener(event.payload as unknown as SocketEvent<Name>);
    });
  }

  onAny(listener: (event: AnyEvent) => void): () => void {
    return this.#line.whileHeld(this.#events.add(listener));
  }

  /** Events of this part of the log are lost to this client: load again what is on screen. */
  onGap(listener: (gap: Gap) => void): () => void {
    return this.#line.whileHeld(this.#gaps.add(listener));
  }

  /** A search such as `Appointment?date=2026-11-26`, whose list stays exact while somebody watches it. */
  liveSearch<R extends FhirResource = FhirResource>(query: string, options: LiveSearchOptions<R> = {}): LiveSearch<R> {
    return new LiveSearch<R>(query, options, (search) => this.#line.whileHeld(this.#searches.add(search)));
  }

  /** Sends a command of the contract (`view`, `acknowledge`) and gives what it is acknowledged with. */
  request<Answer = object, More = object>(name: string, body: object): Promise<Acknowledged<Answer, More>> {
    return this.#line.request<Answer, More>(name, body);
  }

  /** After signing in again: starts anew where a refusal had ended the attempts. */
  retry(): void {
    this.#line.retry();
  }

  close(): void {
    this.#line.close();
  }
}

function narrowingOf({ eventTypes, patientIds }: LiveConnectionOptions): Narrowing {
  return { ...(eventTypes ? { eventTypes } : {}), ...(patientIds ? { patientIds } : {}) };
}
