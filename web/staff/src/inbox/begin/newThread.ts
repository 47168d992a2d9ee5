import type { Message } from '@vagus/client';
import { Observable } from '../../observable';
import { unlessPersonReturns } from '../../data/session/leaving';
import { ask } from '../ask';
import type { Category, Draft, HeldMessage, Priority, Thread } from '../messages';
import { DraftKeeper } from '../composer/draftKeeper';
import { told } from '../composer/drafts';

/** What a new thread is about, beside its first message. */
export interface About {
  readonly patientId: string | null;
  readonly subject: string;
  readonly category: Category;
}

export interface Beginning extends About {
  readonly patientId: string;
  readonly priority: Priority;
  readonly content: string;
  readonly clientMessageId: string;
}

interface NewDraft extends Draft {
  readonly subject?: string | null;
  readonly category?: Category | null;
  readonly patientId?: string | null;
}

const address = '/api/patient-messages/draft';
const nothing: About = { patientId: null, subject: '', category: 'general' };

/** The one thread that a person may be about to begin: its draft lies on the server like others. */
export class NewThread {
  readonly about = new Observable<About>(nothing);
  readonly keeper: DraftKeeper;

  constructor() {
    this.keeper = new DraftKeeper({
      load: () => this.#load(),
      save: (content, version) => ask<NewDraft>('PUT', address, { content, version, ...this.#fields() }).catch(told),
      remove: () => ask<unknown>('DELETE', address),
    });
  }

  /** What is chosen is saved with the text. */
  change(about: Partial<About>): void {
    this.about.set({ ...this.about.value, ...about });
  }

  async #load(): Promise<NewDraft> {
    const draft = await ask<NewDraft>('GET', address);
    const { patientId, subject } = this.about.value;
    // What was chosen here meanwhile stays.
    if (draft.content !== '' && subject === '') {
      this.change({
        patientId: patientId ?? draft.patientId ?? null,
        subject: draft.subject ?? '',
        category: draft.category ?? 'general',
      });
    }
    return draft;
  }

  #fields() {
    const { patientId, subject, category } = this.about.value;
    return { category, ...(subject.trim() ? { subject: subject.trim() } : {}), ...(patientId ? { patientId } : {}) };
  }
}

let current: NewThread | null = null;

export function newThread(): NewThread {
  return (current ??= new NewThread());
}

/** It was begun, or belongs to a person who has left. */
export function forgetNewThread(): void {
  current?.keeper.end();
  current = null;
}

unlessPersonReturns(forgetNewThread);

/** With `scheduled` the thread is there when its message is sent: the clinic gives time to take it back. */
interface Begun {
  readonly thread: Thread;
  readonly messages: readonly Message[];
  readonly scheduled?: HeldMessage;
}

export function beginThread(beginning: Beginning): Promise<Begun> {
  return ask('POST', '/api/patient-messages/threads', { ...beginning });
}
