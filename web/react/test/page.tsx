import { LiveConnection, MessagingConnection } from '@vagus/client';
import { cleanup, configure, render, type RenderResult } from '@testing-library/react';
import { StrictMode, type ReactNode } from 'react';
import { afterEach, beforeEach } from 'vitest';
import { eventually } from '../../client/test/eventually';
import { LiveServer } from '../../client/test/liveServer';
import { MessagingServer } from '../../client/test/messagingServer';
import { VagusProvider, type VagusSession } from '../src/index';

configure({ asyncUtilTimeout: 10_000 });

/** Counts what listens to it and what has left. */
class CountedConnection extends LiveConnection {
  listening = 0;
  begun = 0;

  override onAny(...given: Parameters<LiveConnection['onAny']>): () => void {
    return this.#counted(super.onAny(...given));
  }

  override onGap(...given: Parameters<LiveConnection['onGap']>): () => void {
    return this.#counted(super.onGap(...given));
  }

  override watchState(watcher: () => void): () => void {
    return this.#counted(super.watchState(watcher));
  }

  override hold(): () => void {
    return this.#counted(super.hold());
  }

  #counted(stop: () => void): () => void {
    this.listening += 1;
    this.begun += 1;
    let listens = true;
    return () => {
      if (listens) this.listening -= 1;
      listens = false;
      stop();
    };
  }
}

/** A page in StrictMode with a provider, and a real server behind it; new for each test of a file. */
export class LivePage {
  server!: LiveServer;
  messages!: MessagingServer;
  connection!: CountedConnection;
  messaging!: MessagingConnection;
  session!: VagusSession;

  static forEachTest(): LivePage {
    const page = new LivePage();
    beforeEach(async () => {
      page.server = await LiveServer.start();
      page.messages = new MessagingServer(page.server);
      const token = () => Promise.resolve({ value: 'token', expiresAt: Date.now() + 600_000 });
      page.session = { token, fetch: page.server.session.fetch };
      page.connection = new CountedConnection({ url: page.server.url, tokens: token, lingerMs: 50 });
      page.messaging = new MessagingConnection({ url: page.server.url, tokens: token, lingerMs: 50 });
    });
    afterEach(async () => {
      cleanup();
      page.connection.close();
      page.messaging.close();
      await page.server.stop();
    });
    return page;
  }

  wrap(content: ReactNode, timeZone?: string): ReactNode {
    return (
      <StrictMode>
        <VagusProvider timeZone={timeZone} session={this.session} connection={this.connection} messaging={this.messaging}>
          {content}
        </VagusProvider>
      </StrictMode>
    );
  }

  show(content: ReactNode): RenderResult {
    return render(this.wrap(content));
  }

  async live(): Promise<void> {
    await eventually(() => this.connection.state.status === 'live', 'the connection to be live');
  }

  /** An event as the server sends it. */
  tell(name: string, payload: object): void {
    this.server.remember(name);
    const sequence = this.server.head;
    const stamp = { eventId: `e${sequence}`, sequence, occurredAt: '2026-11-27T09:00:00Z', patientId: 'p1' };
    this.server.emit(name, { ...stamp, ...payload });
  }
}

export function appointment(id: string, version: string, more: object = {}): object {
  return {
    id, resource: `Appointment/${id}/_history/${version}`, status: 'booked', patientId: 'p1', patientName: 'Kenji Chen', providerId: null,
    providerName: null, scheduledStart: null, scheduledEnd: null, appointmentType: null, location: null, ...more,
  };
}
