import { Problem } from '@vagus/client';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { followFreshness } from '../data/live/followFreshness';
import { liveParts } from '../data/live/liveParts';
import { connection, messaging } from '../data/session/session';
import { announce } from '../ui/announcements';
import { highlight } from '../ui/changes';
import { dropThread, showThread } from './queues/useThreads';
import { withEntries, withNewest, withReceipt, withRetraction } from './thread/entries';
import { threadKey, updateThread } from './thread/openThread';
import { readThread } from './threadRequests';
import { threadName } from './words';

const gatherMs = 250;
const pollMs = 15_000;
/** More threads than this at once: their list is loaded instead. */
const mostAtOnce = 6;

/** Keeps everything of the inbox current. Answers since when it is not; null while it is. */
export function useLiveInbox(me: string): number | null {
  const queries = useQueryClient();
  const [staleSince, setStaleSince] = useState<number | null>(null);
  useEffect(() => {
    const touched = new TouchedThreads(queries, me);
    const reload = () => void queries.invalidateQueries({ queryKey: ['inbox'] });
    const ends = [
      messaging.on('new_message', (message) => {
        updateThread(queries, message.threadId, (known) => withEntries(known, [message]));
        touched.add(message.threadId, 'message');
      }),
      messaging.on('message_sent', (message) => {
        updateThread(queries, message.threadId, (known) => withEntries(known, [message]));
        // Also of the threads that begin with it.
        void queries.invalidateQueries({ queryKey: ['inbox', 'held'] });
      }),
      messaging.on('message_read', (notice) => updateThread(queries, notice.threadId, (known) => withReceipt(known, notice))),
      messaging.on('message_retracted', ({ threadId, messageId }) =>
        updateThread(queries, threadId, (known) => withRetraction(known, messageId)),
      ),
      messaging.onGap(reload),
      connection.onAny(({ name, payload }) => {
        const { threadId, readerId } = payload as { threadId?: unknown; readerId?: unknown };
        if (typeof threadId !== 'string' || !/^(thread|message|note):/.test(name)) return;
        // What colleagues have read changes nothing here.
        if (name !== 'message:read' || readerId === me) touched.add(threadId, name === 'note:added' ? 'note' : 'thread');
      }),
      liveParts.add(messaging, 'pane'),
      followFreshness(messaging, { reload, pollMs, onChange: setStaleSince, loadedWhileLive: messaging.state.status === 'live' }),
      () => touched.end(),
    ];
    return () => ends.forEach((end) => end());
  }, [queries, me]);
  return staleSince;
}

/** Threads of which something was told. Each is read once, together with others of the same moment, and only while somebody looks. */
class TouchedThreads {
  readonly #queries: QueryClient;
  readonly #me: string;
  readonly #ids = new Map<string, 'thread' | 'message' | 'note'>();
  #due: ReturnType<typeof setTimeout> | undefined;

  constructor(queries: QueryClient, me: string) {
    this.#queries = queries;
    this.#me = me;
    document.addEventListener('visibilitychange', this.#soon);
  }

  add(id: string, by: 'thread' | 'message' | 'note'): void {
    if (by !== 'thread' || !this.#ids.has(id)) this.#ids.set(id, by);
    this.#soon();
  }

  end(): void {
    clearTimeout(this.#due);
    document.removeEventListener('visibilitychange', this.#soon);
  }

  readonly #soon = (): void => {
    // A read is on record: nothing is read for a page that nobody sees.
    if (document.visibilityState === 'hidden' || this.#ids.size === 0) return;
    this.#due ??= setTimeout(() => {
      this.#due = undefined;
      this.#read();
    }, gatherMs);
  };

  #read(): void {
    const ids = [...this.#ids];
    this.#ids.clear();
    if (ids.length > mostAtOnce) return void this.#queries.invalidateQueries({ queryKey: ['inbox'] });
    for (const [id, by] of ids) void this.#readOne(id, by);
  }

  async #readOne(id: string, by: 'thread' | 'message' | 'note'): Promise<void> {
    const isOpen = this.#queries.getQueryState(threadKey(id)) !== undefined;
    try {
      const page = await readThread(id, null, isOpen ? 50 : 1);
      showThread(this.#queries, page.thread, this.#me);
      if (isOpen) updateThread(this.#queries, id, (known) => withNewest(known, page));
      if (by !== 'thread') highlight(`Thread/${id}`, by === 'message' ? 'new' : 'changed');
      if (by === 'message') announce(`New message: ${threadName(page.thread)}`);
    } catch (error) {
      if (error instanceof Problem && error.status === 404) dropThread(this.#queries, id);
      else void this.#queries.invalidateQueries({ queryKey: ['inbox', 'threads'] });
    }
  }
}
