import type { Requester } from '@vagus/client';
import { Draft } from './draft';

const messages = '/api/patient-portal/messages';

/** The drafts of the signed-in person, by their thread. */
export class DraftShelf {
  readonly #requester: Requester;
  readonly #drafts = new Map<string, Draft>();

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

  /** What one person typed is not the next one's. */
  forget(): void {
    for (const draft of this.#drafts.values()) draft.stop();
    this.#drafts.clear();
  }

  #of(address: string): Draft {
    const known = this.#drafts.get(address);
    if (known) return known;
    const made = new Draft(address, this.#requester);
    this.#drafts.set(address, made);
    return made;
  }
}
