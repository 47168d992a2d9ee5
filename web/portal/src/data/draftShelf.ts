import type { Requester } from '@vagus/client';
import { Draft } from './draft';

const messages = '/api/patient-portal/messages';

/** The drafts of the signed-in person, by their thread. */
export class DraftShelf {
  readonly #requester: Requester;
  readonly #drafts = new Map<string, Draft>();
  #waiting: ReadonlySet<string> = new Set();

  constructor(requester: Requester) {
    this.#requester = requester;
  }

  ofThread(threadId: string): Draft {
    return this.#of(`${messages}/threads/${encodeURIComponent(threadId)}/draft`);
  }

  ofNewThread(): Draft {
    return this.#of(`${messages}/draft`);
  }

  /** The page is left for another one, or hidden: phones end such pages without a word. */
  saveAll(): void {
    for (const draft of this.#drafts.values()) void draft.save();
  }

  /** The texts that wait in the outbox. */
  setWaiting(contents: readonly string[]): void {
    this.#waiting = new Set(contents);
    for (const draft of this.#drafts.values()) draft.lookAtWaiting();
  }

  /** What one person typed is not the next one's. */
  forget(): void {
    this.#waiting = new Set();
    for (const draft of this.#drafts.values()) draft.stop();
    this.#drafts.clear();
  }

  #of(address: string): Draft {
    const known = this.#drafts.get(address);
    if (known) return known;
    const made = new Draft(address, this.#requester, (content) => this.#waiting.has(content));
    this.#drafts.set(address, made);
    return made;
  }
}
