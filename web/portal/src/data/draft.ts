import { newId, Observable, Problem, type MessageAttachment, type Requester } from '@vagus/client';
import { ask } from './ask';

export interface DraftFields {
  readonly content: string;
  /** These three belong to a message that begins a thread. */
  readonly subject?: string;
  readonly category?: string;
  readonly patientId?: string;
}

export interface DraftState {
  /** `unsaved`: the server could not be reached; it is tried again. `conflict`: another device has saved something else. */
  readonly status: 'loading' | 'saved' | 'changed' | 'saving' | 'unsaved' | 'conflict';
  readonly fields: DraftFields;
  /** What the other device has saved. */
  readonly theirs: DraftFields | null;
  /** Uploaded files, which this device alone knows of until they are sent. */
  readonly attachments: readonly MessageAttachment[];
}

interface Saved extends Record<string, unknown> {
  readonly content: string;
  readonly version: number;
  readonly subject?: string | null;
  readonly category?: string | null;
  readonly patientId?: string | null;
}

const quietMs = 800;
const tryAgainMs = 5_000;
const empty: DraftFields = { content: '' };

/**
 * What somebody is writing in one place. It lives beside the components, so that neither another page nor the end of the session takes it
 * away, and on the server, so that the next device has it. Nothing of it is written into the browser's storage.
 */
export class Draft {
  readonly state = new Observable<DraftState>({ status: 'loading', fields: empty, theirs: null, attachments: [] });
  readonly #address: string;
  readonly #requester: Requester;
  #version: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #working: Promise<void> = Promise.resolve();
  #attempt: { readonly text: string; readonly id: string } | null = null;

  constructor(address: string, requester: Requester) {
    this.#address = address;
    this.#requester = requester;
  }

  /** What is on the server, unless something was typed here already. */
  load(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isDirty()) return;
      const saved = await ask<Saved>(this.#requester, 'GET', this.#address);
      this.#version = saved.version;
      if (!this.#isDirty()) this.#set({ status: 'saved', fields: fieldsOf(saved), theirs: null });
    });
  }

  change(fields: Partial<DraftFields>): void {
    const status = this.state.value.status === 'conflict' ? 'conflict' : 'changed';
    this.#set({ status, fields: { ...this.state.value.fields, ...fields } });
    if (status === 'changed') this.#later(quietMs);
  }

  /** A message that was taken back; the server has kept it as the draft where there was none. */
  restore(content: string): void {
    if (this.state.value.fields.content === '') this.change({ content });
  }

  attach(attachment: MessageAttachment): void {
    this.#set({ attachments: [...this.state.value.attachments, attachment] });
  }

  detach(id: string): void {
    this.#set({ attachments: this.state.value.attachments.filter((each) => each.id !== id) });
  }

  /** Saves now what has changed. */
  save(): Promise<void> {
    clearTimeout(this.#timer);
    return this.#inTurn(() => this.#put());
  }

  /** Nothing is being saved any more: a save that arrived after the message would bring its draft back. */
  settle(): Promise<void> {
    clearTimeout(this.#timer);
    return this.#working;
  }

  keepMine(): void {
    this.#set({ status: 'changed', theirs: null });
    void this.save();
  }

  takeTheirs(): void {
    const { theirs } = this.state.value;
    if (theirs) this.#set({ status: 'saved', fields: theirs, theirs: null });
  }

  /** The same text sent again has the same id, so that it is stored once; another text is another message. */
  clientMessageId(): string {
    const { fields, attachments } = this.state.value;
    const text = JSON.stringify([fields, attachments.map(({ id }) => id)]);
    if (this.#attempt?.text !== text) this.#attempt = { text, id: newId() };
    return this.#attempt.id;
  }

  /** The message was taken, and the server has removed its draft with it. */
  sent(): void {
    clearTimeout(this.#timer);
    this.#version = 0;
    this.#attempt = null;
    this.#set({ status: 'saved', fields: empty, theirs: null, attachments: [] });
  }

  async discard(): Promise<void> {
    this.sent();
    await this.#inTurn(() => ask(this.#requester, 'DELETE', this.#address));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #put(): Promise<void> {
    const { status, fields } = this.state.value;
    if (status !== 'changed' && status !== 'unsaved') return;
    this.#set({ status: 'saving' });
    try {
      if (this.#version === null && (await this.#meets())) return;
      const saved = await ask<Saved>(this.#requester, 'PUT', this.#address, { ...fields, version: this.#version ?? 0 });
      this.#version = saved.version;
      this.#afterwards(fields);
    } catch (error) {
      await this.#failed(error);
    }
  }

  /** Typed before the draft of the server was known: where that is another text, the person chooses. */
  async #meets(): Promise<boolean> {
    const saved = await ask<Saved>(this.#requester, 'GET', this.#address);
    this.#version = saved.version;
    const theirs = fieldsOf(saved);
    if (saved.version === 0 || isSame(theirs, this.state.value.fields) || isEmpty(theirs)) return false;
    this.#set({ status: 'conflict', theirs });
    return true;
  }

  async #failed(cause: unknown): Promise<void> {
    if (cause instanceof Problem && cause.code === 'stale_version') {
      this.#version = null;
      const isOther = await this.#meets().catch(() => false);
      if (isOther) return;
      this.#set({ status: 'changed' });
      this.#later(quietMs);
      return;
    }
    // Signed out: it is saved after the next sign-in. Anything else is tried again.
    this.#set({ status: 'unsaved' });
    if (!(cause instanceof Problem && cause.status < 500)) this.#later(tryAgainMs);
  }

  #afterwards(saved: DraftFields): void {
    const isCurrent = isSame(saved, this.state.value.fields);
    if (this.state.value.status === 'conflict') return;
    this.#set({ status: isCurrent ? 'saved' : 'changed' });
    if (!isCurrent) this.#later(quietMs);
  }

  #isDirty(): boolean {
    const { status } = this.state.value;
    return status !== 'loading' && status !== 'saved';
  }

  #later(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), delayMs);
  }

  /** One request after the other: an older text never overtakes a newer one. */
  #inTurn(work: () => Promise<unknown>): Promise<void> {
    this.#working = this.#working.then(work, work).then(
      () => undefined,
      () => undefined,
    );
    return this.#working;
  }

  #set(change: Partial<DraftState>): void {
    this.state.set({ ...this.state.value, ...change });
  }
}

function fieldsOf({ content, subject, category, patientId }: Saved): DraftFields {
  return { content, ...(subject ? { subject } : {}), ...(category ? { category } : {}), ...(patientId ? { patientId } : {}) };
}

function isEmpty({ content, subject }: DraftFields): boolean {
  return content === '' && (subject ?? '') === '';
}

function isSame(one: DraftFields, other: DraftFields): boolean {
  const text = (fields: DraftFields) =>
    JSON.stringify([fields.content, fields.subject ?? '', fields.category ?? '', fields.patientId ?? '']);
  return text(one) === text(other);
}
