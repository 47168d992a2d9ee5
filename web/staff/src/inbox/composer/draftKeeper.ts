import { newId } from '@vagus/client';
import { NoAnswer } from '../../data/fhir/requests';
import { Observable } from '../../observable';
import type { Draft } from '../messages';

/** `saved`: the server has exactly this text; `failed`: it has not, and is asked again with the next letter or attempt. */
export type DraftStatus = 'loading' | 'saved' | 'unsaved' | 'saving' | 'failed' | 'conflict';

export interface DraftState {
  readonly text: string;
  readonly status: DraftStatus;
  /** What another device has saved; set in a conflict. */
  readonly theirs: string | null;
}

/** Where a draft is kept. `save` and `remove` throw `DraftChanged` where another device was faster. */
export interface DraftStorage {
  load: () => Promise<Draft>;
  save: (content: string, version: number) => Promise<Draft>;
  remove: (version: number) => Promise<unknown>;
}

/** What is to be sent of a draft: its text as it stands, which the request trims. */
export interface Wanted {
  readonly content: string;
  readonly cannedId: string | null;
  readonly attachmentIds: readonly string[];
  readonly sendAfter?: string;
}

/** How sending goes, for every form that shows this draft. */
export interface SendState {
  readonly isSending: boolean;
  readonly wanted: Wanted | null;
  /** Why the last attempt failed; null once the text is edited. */
  readonly error: Error | null;
  /** An attempt without an answer: it may have arrived. */
  readonly unsure: { readonly id: string; readonly content: string } | null;
}

const notSending: SendState = { isSending: false, wanted: null, error: null, unsure: null };

export class DraftChanged extends Error {}

const quietMs = 700;

/**
 * What a person is writing in one place: kept on the server a moment after each pause, so that it outlives a reload, a lost session and the
 * device. The text on screen is never replaced by an answer of the server: where both differ, the person chooses.
 */
export class DraftKeeper {
  readonly #storage: DraftStorage;
  readonly #sending = new Observable<SendState>(notSending);
  readonly #state = new Observable<DraftState>({ text: '', status: 'loading', theirs: null });
  #version = 0;
  #attempt: { readonly whole: string; readonly id: string } | null = null;
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> = Promise.resolve();
  #isLoaded = false;
  #hasEnded = false;

  constructor(storage: DraftStorage) {
    this.#storage = storage;
  }

  get observable(): Observable<DraftState> {
    return this.#state;
  }

  get sending(): Observable<SendState> {
    return this.#sending;
  }

  get text(): string {
    return this.#state.value.text;
  }

  /** Looks what the server has, unless something here is not saved yet. */
  open(): Promise<void> {
    return this.#next(async () => {
      if (this.#isSending || (this.#isLoaded && this.#state.value.status !== 'saved')) return;
      const before = this.text;
      const draft = await this.#storage.load().catch(() => null);
      if (draft === null) {
        // What is typed now may hide what was saved elsewhere: the first save finds out.
        if (!this.#isLoaded && this.text === '') this.#set({ status: 'saved' });
        return;
      }
      this.#isLoaded = true;
      this.#version = draft.version;
      const { status } = this.#state.value;
      const isSaved = this.text === before && (status === 'loading' || status === 'saved');
      if (isSaved) return this.#set({ text: draft.content, status: 'saved' });
      if (draft.content !== '' && draft.content !== this.text) return this.#set({ status: 'conflict', theirs: draft.content });
    });
  }

  type(text: string): void {
    if (text === this.text) return;
    if (!this.#isSending) this.edited();
    if (this.#state.value.status === 'conflict') return this.#set({ text });
    this.#set({ text });
    this.#saveSoon();
  }

  /** What is saved with the text has changed. A conflict is decided first, and without a text there is nothing to save. */
  touch(): void {
    this.edited();
    if (this.text !== '' && this.#state.value.status !== 'conflict') this.#saveSoon();
  }

  /** Saves now what is not saved. */
  flush(): Promise<void> {
    clearTimeout(this.#quiet);
    return this.#next(() => this.#save());
  }

  /** In a conflict: the text that goes on. */
  choose(whose: 'mine' | 'theirs'): void {
    const { theirs, text } = this.#state.value;
    this.#set({ text: whose === 'theirs' ? (theirs ?? '') : text, status: 'unsaved', theirs: null });
    void this.flush();
  }

  /** The last failure no longer belongs to what is on screen. An attempt without an answer may have arrived all the same. */
  edited(): void {
    if (this.#sending.value.error) this.#sending.set({ ...this.#sending.value, error: null });
  }

  /**
   * Sends the draft: one request at a time, whichever form is on screen meanwhile. The same content, whatever space is around it, keeps its
   * id until it is sent, so that a second attempt is stored once. Null where another attempt is under way or the person has left.
   */
  async send<Sent>(wanted: Wanted, request: (id: string) => Promise<Sent>): Promise<Sent | null> {
    if (this.#isSending || this.#hasEnded) return null;
    const whole = JSON.stringify([wanted.content.trim(), wanted.attachmentIds]);
    if (this.#attempt?.whole !== whole) this.#attempt = { whole, id: newId() };
    const { id } = this.#attempt;
    this.#sending.set({ ...this.#sending.value, isSending: true, wanted, error: null });
    clearTimeout(this.#quiet);
    // A save that arrives after the message would bring its draft back.
    await this.#running;
    if (this.#hasEnded) return null;
    try {
      const sent = await request(id);
      this.#sent(wanted.content);
      return sent;
    } catch (error) {
      this.#failed(error as Error, id);
      throw error;
    }
  }

  /** An attempt without an answer has arrived after all. */
  arrived(id: string): void {
    const { unsure, isSending } = this.#sending.value;
    if (unsure?.id === id && !isSending) this.#sent(unsure.content);
  }

  /** What waited on this device has gone out, and the server has removed its draft: what was written since is saved anew. */
  overtaken(): void {
    this.#version = 0;
    if (this.text === '' || this.#isSending) return;
    this.#set({ status: 'unsaved' });
    void this.flush();
  }

  /** The person has left: nothing is saved any more. */
  end(): void {
    clearTimeout(this.#quiet);
    this.#hasEnded = true;
  }

  /** A message that was taken back: its text goes on before what was typed since. */
  async putBack(content: string): Promise<void> {
    const typed = this.text;
    await this.#next(async () => {
      const draft = await this.#storage.load().catch(() => null);
      if (draft !== null) this.#version = draft.version;
    });
    this.#set({ text: typed === '' || typed === content ? content : `${content}\n\n${typed}`, status: 'unsaved', theirs: null });
    await this.flush();
  }

  get #isSending(): boolean {
    return this.#sending.value.isSending;
  }

  /** The server has removed the draft with the message; what was typed meanwhile is the next one. */
  #sent(content: string): void {
    clearTimeout(this.#quiet);
    this.#version = 0;
    this.#isLoaded = true;
    this.#attempt = null;
    this.#sending.set(notSending);
    if (this.text.trim() === content.trim()) return this.#set({ text: '', status: 'saved', theirs: null });
    this.#set({ status: 'unsaved', theirs: null });
    void this.flush();
  }

  #failed(error: Error, id: string): void {
    const { unsure, wanted } = this.#sending.value;
    const isUnsure = error instanceof NoAnswer && error.mayHaveChanged;
    this.#sending.set({ isSending: false, wanted, error, unsure: isUnsure && wanted ? { id, content: wanted.content } : unsure });
    void this.flush();
  }

  #saveSoon(): void {
    this.#set({ status: 'unsaved' });
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => void this.flush(), quietMs);
  }

  async #save(): Promise<void> {
    const { text, status } = this.#state.value;
    if (this.#isSending) return;
    if (status !== 'unsaved' && status !== 'failed') return;
    this.#set({ status: 'saving' });
    try {
      this.#version = await this.#store(text);
      this.#isLoaded = true;
      if (this.#state.value.status === 'saving') this.#set({ status: this.text === text ? 'saved' : 'unsaved' });
    } catch (error) {
      if (error instanceof DraftChanged) await this.#changedElsewhere();
      else if (this.#state.value.status === 'saving') this.#set({ status: 'failed' });
    }
  }

  /** Its new version. */
  async #store(text: string): Promise<number> {
    if (text !== '') return (await this.#storage.save(text, this.#version)).version;
    await this.#storage.remove(this.#version);
    return 0;
  }

  async #changedElsewhere(): Promise<void> {
    const draft = await this.#storage.load().catch(() => null);
    if (draft === null) return this.#set({ status: 'failed' });
    this.#version = draft.version;
    if (draft.content === '' || draft.content === this.text) {
      this.#set({ status: 'unsaved' });
      return this.#save();
    }
    this.#set({ status: 'conflict', theirs: draft.content });
  }

  #next(step: () => Promise<void>): Promise<void> {
    const unlessEnded = () => (this.#hasEnded ? Promise.resolve() : step());
    this.#running = this.#running.then(unlessEnded, unlessEnded);
    return this.#running;
  }

  #set(change: Partial<DraftState>): void {
    this.#state.set({ ...this.#state.value, ...change });
  }
}
