import { afterEach, beforeEach, vi } from 'vitest';
import { LiveConnection, type AccessToken, type LiveConnectionOptions } from '../src/index';
import { eventually } from './eventually';
import { LiveServer } from './liveServer';

/** A server and a client of it, new for each test of a file. */
export class LiveClient {
  server!: LiveServer;
  connection!: LiveConnection;
  lifeMs = 600_000;
  #issued = 0;
  #passed = 0;

  static forEachTest(): LiveClient {
    const client = new LiveClient();
    beforeEach(async () => {
      client.lifeMs = 600_000;
      client.#issued = 0;
      client.#passed = 0;
      client.server = await LiveServer.start();
    });
    afterEach(async () => {
      vi.useRealTimers();
      client.connection.close();
      await client.server.stop();
    });
    return client;
  }

  connect(options: Partial<LiveConnectionOptions> = {}): LiveConnection {
    const now = () => Date.now() + this.#passed;
    this.connection = new LiveConnection({ url: this.server.url, tokens: this.issue, lingerMs: 20, now, ...options });
    return this.connection;
  }

  readonly issue = async (insteadOf?: string): Promise<AccessToken> => {
    if (this.#issued === 0 || insteadOf === `token-${this.#issued}`) this.#issued += 1;
    return { value: `token-${this.#issued}`, expiresAt: Date.now() + this.lifeMs };
  };

  sequencesSeen(): number[] {
    const seen: number[] = [];
    this.connection.onAny((event) => seen.push(event.payload.sequence));
    return seen;
  }

  live(): Promise<void> {
    return eventually(() => this.connection.state.status === 'live', 'the connection to be live');
  }

  /** Needs faked intervals: lets the watches look at a later time. */
  wait(ms: number): void {
    this.#passed += ms;
    vi.advanceTimersByTime(5_000);
  }
}
