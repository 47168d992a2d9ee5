import type { Message } from '@vagus/client';
import type { QueryClient } from '@tanstack/react-query';
import { Observable } from '../../observable';
import { sameAuthor, unlessPersonReturns } from '../../data/session/leaving';
import { outboxOpened } from '../../data/session/useOutbox';
import { announce } from '../../ui/announcements';
import { askRegardless } from '../ask';
import type { Begins, Category, Draft, HeldMessage, Priority, Thread } from '../messages';
import { DraftKeeper } from '../composer/draftKeeper';
import { told } from '../composer/drafts';
import { isBeginning } from '../outgoing';
import { heldBeginningsQuery } from '../thread/openThread';

/** What a new thread is about, beside its first message. */
export interface About {
  readonly patientId: string | null;
  /** Ids of colleagues, to whom it goes; null: it goes to the patient. The draft of the server does not hold them. */
  readonly colleagues: readonly string[] | null;
  readonly subject: string;
  readonly category: Category;
  /** The draft of the server does not hold it. */
  readonly priority: Priority;
}

interface NewDraft extends Draft {
  readonly subject?: string | null;
  readonly category?: Category | null;
  readonly patientId?: string | null;
}

const address = '/api/patient-messages/draft';
const nothing: About = { patientId: null, colleagues: null, subject: '', category: 'general', priority: 'normal' };

/** The one thread that a person may be about to begin: its draft lies on the server like others. */
export class NewThread {
  readonly about = new Observable<About>(nothing);
  readonly keeper: DraftKeeper;
  /** From the draft of the server. */
  #isFilled = false;

  constructor() {
    this.keeper = new DraftKeeper({
      load: () => this.#load(),
      save: (content, version) => askRegardless<NewDraft>('PUT', address, { content, version, ...this.#fields() }).catch(told),
      remove: (version) => askRegardless<unknown>('DELETE', `${address}?version=${version}`).catch(told),
    });
  }

  change(about: Partial<About>): void {
    this.about.set({ ...this.about.value, ...about });
  }

  /** What a person chooses is saved with the text, also where no letter of the text changes. */
  choose(about: Partial<About>): void {
    this.change(about);
    this.keeper.touch();
  }

  /** The patient from whose place the pane was opened. A text that is there already stays with the patient for whom it was written. */
  async startFor(patientId: string): Promise<void> {
    await this.keeper.open();
    const { subject, colleagues } = this.about.value;
    if (this.keeper.text === '' && subject.trim() === '' && colleagues === null) this.change({ patientId });
  }

  async #load(): Promise<NewDraft> {
    const draft = await askRegardless<NewDraft>('GET', address);
    await outboxOpened();
    // It waits on this device to be sent: the server removes the draft with the message.
    if (isBeginning(draft.content)) return { ...draft, content: '' };
    const { patientId, subject } = this.about.value;
    // What was chosen here meanwhile stays.
    if (!this.#isFilled && draft.content !== '' && subject === '') {
      this.#isFilled = true;
      const written = draft.patientId ?? null;
      const isOthers = patientId !== null && written !== null && patientId !== written;
      this.change({
        // A text for one patient and a choice of another: the person says anew for whom it is.
        patientId: isOthers ? null : (patientId ?? written),
        subject: draft.subject ?? '',
        category: draft.category ?? 'general',
      });
    }
    return draft;
  }

  #fields() {
    const { patientId, colleagues, subject, category } = this.about.value;
    // A text for colleagues must not come back as one that is addressed to the patient.
    if (colleagues) return subject.trim() ? { subject: subject.trim() } : {};
    return { category, ...(subject.trim() ? { subject: subject.trim() } : {}), ...(patientId ? { patientId } : {}) };
  }
}

let current: NewThread | null = null;

export function newThread(): NewThread {
  return (current ??= new NewThread());
}

/**
 * Sends the first message. Once that is taken the next thread is another one, also where its author has left meanwhile; one that was taken
 * back while this one was on its way stands in the draft.
 */
export async function begin<Sent>(beginning: NewThread, content: string, request: (id: string) => Promise<Sent>): Promise<Sent | null> {
  const sent = await beginning.keeper.send({ content, cannedId: null, attachmentIds: [] }, request);
  if (sent !== null && current === beginning && beginning.keeper.text === '') forgetNewThread();
  return sent;
}

/** It was begun, or belongs to a person who has left. */
export function forgetNewThread(): void {
  current?.keeper.end();
  current = null;
}

unlessPersonReturns(forgetNewThread);

/** With `scheduled` the thread is there when its message is sent: the clinic gives time to take it back. */
export interface Begun {
  readonly thread: Thread;
  readonly messages: readonly Message[];
  readonly scheduled?: HeldMessage;
}

/** The server has taken the first message. */
export function showBegun(queries: QueryClient, { thread, scheduled }: Begun): void {
  const to = thread.kind === 'staff' ? 'your colleagues' : 'the patient';
  announce(scheduled ? `Sent to ${to} in a moment` : `Sent to ${to}`);
  void queries.invalidateQueries({ queryKey: ['inbox', 'threads'] });
  void queries.invalidateQueries({ queryKey: heldBeginningsQuery.queryKey });
}

/** What waited on this device has gone out, and the server has removed its draft: what was written since is saved anew. */
export function overtakeNewThread(): void {
  current?.keeper.overtaken();
}

/**
 * A first message that was taken back is the draft of a new thread again, before what was begun since. It goes on where the session expires
 * meanwhile, because the text may lie nowhere else. Answers what its author is told; null where somebody else is in.
 */
export async function writeAgain(begins: Begins, content: string, isAuthors = sameAuthor()): Promise<string | null> {
  if (!isAuthors()) return null;
  const { patientId, subject, category, priority, participants } = begins;
  await newThread().keeper.open();
  if (!isAuthors()) return null;
  const beginning = newThread();
  const about = beginning.about.value;
  const isForOthers = about.patientId !== patientId || (about.colleagues === null) !== !participants;
  const isOthers = beginning.keeper.text !== '' && isForOthers;
  // Texts for two patients, or for one and for colleagues, stand in one draft now: the person says anew for whom it is.
  beginning.change({
    patientId: isOthers ? null : patientId, colleagues: participants ?? null, subject: subject ?? '', category: category ?? 'general',
    priority,
  });
  await beginning.keeper.putBack(content);
  return isOthers ? 'Not sent. Both texts are in the draft: choose the patient.' : 'Not sent. The text is back in the new message.';
}
