import { newId, Observable, Problem, type MessageAttachment, type Requester } from '@vagus/client';
import { askRegardless, type UploadWatch } from './ask';

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
  /** Files on their way to the server, the first one first; the message waits for them. */
  readonly uploads: readonly Upload[];
  readonly failedUploads: readonly FailedUpload[];
  /** A message for one person was taken back over a text for another: it is neither kept nor sent before the person says for whom it is. */
  readonly isMixed: boolean;
  /** The message is on its way: the draft is neither changed nor saved until it was taken or refused. */
  readonly isSending: boolean;
}

/** A file that is on its way. */
export interface Upload {
  readonly key: string;
  readonly fileName: string;
  /** Of it that has gone out, from 0 to 1; null while it waits for those before it. */
  readonly share: number | null;
}

export interface FailedUpload {
  readonly fileName: string;
  readonly cause: unknown;
}

/** Two devices hold different texts: sending either one would delete the other. */
export class DraftConflict extends Error {}

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
const nothing: DraftState = {
  status: 'loading', fields: empty, theirs: null, attachments: [], uploads: [], failedUploads: [], isMixed: false, isSending: false,
};

/**
 * What somebody is writing in one place. It lives beside the components, so that neither another page nor the end of the session takes it
 * away, and on the server, so that the next device has it. Nothing of it is written into the browser's storage.
 */
export class Draft {
  readonly state = new Observable<DraftState>(nothing);
  readonly #address: string;
  readonly #requester: Requester;
  /** Whether a text waits in the outbox: the server keeps it as a draft until it has gone out. */
  readonly #isWaiting: (content: string) => boolean;
  #version: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #working: Promise<void> = Promise.resolve();
  #uploading: Promise<unknown> = Promise.resolve();
  readonly #stops = new Map<string, AbortController>();
  #attempt: { readonly text: string; readonly id: string } | null = null;
  /** Counts the messages begun here: the answer to a request of one before is not for this one. */
  #round = 0;
  /** The session is another person's: nothing is read or saved any more. */
  #ended = false;
  /** The text of a message that was taken back: the server may have made it the draft. */
  #takenBack: string | null = null;
  /** The text of the last message that went out from the outbox. */
  #gone: string | null = null;
  /** Taken back while another message was being sent. */
  #waiting: readonly (() => void)[] = [];

  constructor(address: string, requester: Requester, isWaiting: (content: string) => boolean = () => false) {
    this.#address = address;
    this.#requester = requester;
    this.#isWaiting = isWaiting;
  }

  /** What is on the server, unless something was typed here already. */
  load(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#ended || this.#isDirty() || this.#holdsFiles()) return;
      const round = this.#round;
      const saved = await askRegardless<Saved>(this.#requester, 'GET', this.#address);
      if (round !== this.#round) return;
      this.#version = saved.version;
      if (this.#isDirty() || this.#holdsFiles()) return;
      const fields = this.#isMessage(saved.content) ? empty : fieldsOf(saved);
      this.#set({ status: 'saved', fields, theirs: null });
    });
  }

  change(fields: Partial<DraftFields>): void {
    const status = this.state.value.status === 'conflict' ? 'conflict' : 'changed';
    this.#set({ status, fields: { ...this.state.value.fields, ...fields } });
    if (status === 'changed') this.#later(quietMs);
  }

  /**
   * A message that was taken back comes before what has been typed since, with its files; `begins` is what it was about, where it began a
   * thread.
   */
  restore(content: string, attachments: readonly MessageAttachment[], begins: Omit<DraftFields, 'content'> = {}): void {
    if (this.state.value.isSending) {
      this.#waiting = [...this.#waiting, () => this.restore(content, attachments, begins)];
      return;
    }
    const { fields, attachments: files, isMixed } = this.state.value;
    const isOthers = isBegunForOther(this.state.value, begins.patientId);
    this.#takenBack = content;
    this.#set({
      attachments: [...files, ...attachments.filter(({ id }) => files.every((file) => file.id !== id))],
      isMixed: isMixed || isOthers,
    });
    const texts = isOthers ? [begins.subject, content, fields.content] : content === fields.content ? [content] : [content, fields.content];
    const restored = { ...fields, ...(isOthers ? {} : begins), content: texts.filter(Boolean).join('\n\n') };
    if (!isSame(restored, fields)) this.change(restored);
  }

  /** The person says for whom it goes on. */
  addressTo(patientId: string | null): void {
    this.#set({ isMixed: false });
    this.change(patientId === null ? {} : { patientId });
  }

  /**
   * Uploads one file after the other and adds it, for `patientId` where the message begins a thread. False where it is not added: the
   * upload failed or was stopped, or the message was sent or thrown away meanwhile.
   */
  async addFile(
    file: File, upload: (file: File, watch: UploadWatch) => Promise<MessageAttachment>, patientId?: string | null,
  ): Promise<boolean> {
    if (this.#ended) return false;
    const [round, key, stop] = [this.#round, newId(), new AbortController()];
    const { fields, uploads } = this.state.value;
    const added = { key, fileName: file.name, share: null };
    this.#set({ uploads: [...uploads, added], fields: patientId ? { ...fields, patientId } : fields, failedUploads: [] });
    this.#stops.set(key, stop);
    const uploaded = this.#uploading.then(() => {
      stop.signal.throwIfAborted();
      this.#tellShare(key, 0);
      return upload(file, { onProgress: (share) => this.#tellShare(key, share), signal: stop.signal });
    });
    this.#uploading = uploaded.catch(() => undefined);
    const outcome = await uploaded.then(
      (attachment) => ({ attachment }),
      (cause: unknown) => ({ cause }),
    );
    this.#stops.delete(key);
    if (round !== this.#round || stop.signal.aborted) return false;
    const { state } = this;
    this.#set({ uploads: state.value.uploads.filter((each) => each.key !== key) });
    if ('attachment' in outcome) this.#set({ attachments: [...state.value.attachments, outcome.attachment] });
    else this.#set({ failedUploads: [...state.value.failedUploads, { fileName: file.name, cause: outcome.cause }] });
    return 'attachment' in outcome;
  }

  /** Ends an upload; its file is not added. */
  stopUpload(key: string): void {
    this.#set({ uploads: this.state.value.uploads.filter((each) => each.key !== key) });
    this.#stops.get(key)?.abort();
  }

  detach(id: string): void {
    this.#set({ attachments: this.state.value.attachments.filter((each) => each.id !== id) });
  }

  /** Saves now what has changed. */
  save(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#ended) return Promise.resolve();
    return this.#inTurn(() => this.#put());
  }

  /**
   * Before the message is sent: no save is under way, and none begins until `sent` or `notSent`. A save that arrived after the message
   * would bring its draft back.
   */
  async beginSending(): Promise<void> {
    clearTimeout(this.#timer);
    this.#set({ isSending: true });
    await this.#working;
    if (this.#ended) throw new Problem(401, 'signed_out', 'The draft was another person’s.');
    if (this.state.value.status === 'conflict') throw new DraftConflict();
  }

  /** The message was refused or may not have arrived: the draft goes on. */
  notSent(): void {
    if (!this.state.value.isSending) return;
    this.#set({ isSending: false });
    this.#restoreWaiting();
    if (this.#isDirty() && this.state.value.status !== 'conflict') this.#later(quietMs);
  }

  keepMine(): void {
    this.#set({ status: 'changed', theirs: null });
    void this.save();
  }

  takeTheirs(): void {
    const { theirs, fields } = this.state.value;
    if (!theirs) return;
    const forWhom = fields.patientId ? { patientId: fields.patientId } : {};
    // The files stay those of the person for whom they were added.
    this.#set({ status: 'saved', fields: this.#holdsFiles() ? { ...theirs, ...forWhom } : { ...forWhom, ...theirs }, theirs: null });
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
    this.#beginNext(0);
  }

  /** The message waits in the outbox; the server has its draft until it goes out. */
  handedOver(): void {
    this.#beginNext(null);
  }

  /** It is known now what waits: that is a draft no longer. */
  lookAtWaiting(): void {
    const { status, fields } = this.state.value;
    if (status === 'saved' && !this.#holdsFiles() && this.#isMessage(fields.content)) this.#set({ fields: empty });
  }

  /** A message of the outbox has gone out, and with it the server has removed whatever draft it had: what was typed since is saved anew. */
  overtaken(content: string): void {
    this.#version = null;
    this.#gone = content;
    this.lookAtWaiting();
    const { status, fields } = this.state.value;
    if (status !== 'saved' || isEmpty(fields)) return;
    this.#set({ status: 'changed' });
    this.#later(0);
  }

  #beginNext(version: number | null): void {
    clearTimeout(this.#timer);
    if (this.#ended) return;
    this.#round += 1;
    this.#stopUploads();
    this.#version = version;
    this.#attempt = null;
    this.#takenBack = null;
    this.#set({ ...nothing, status: 'saved' });
    this.#restoreWaiting();
  }

  /** For good: what one person typed is never saved by the session of the next. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#ended = true;
    this.#round += 1;
    this.#stopUploads();
  }

  async #put(): Promise<void> {
    const { status, fields, isMixed, isSending } = this.state.value;
    if (this.#ended || isSending || isMixed || (status !== 'changed' && status !== 'unsaved')) return;
    this.#set({ status: 'saving' });
    try {
      if (this.#version === null && (await this.#meets())) return;
      if (this.#ended) return;
      const saved = await askRegardless<Saved>(this.#requester, 'PUT', this.#address, { ...fields, version: this.#version ?? 0 });
      this.#version = saved.version;
      this.#afterwards(fields);
    } catch (error) {
      await this.#failed(error);
    }
  }

  /** Typed before the draft of the server was known: where that is another text, the person chooses. */
  async #meets(): Promise<boolean> {
    const saved = await askRegardless<Saved>(this.#requester, 'GET', this.#address);
    if (this.#ended) return true;
    this.#version = saved.version;
    const theirs = fieldsOf(saved);
    if (saved.version === 0 || isSame(theirs, this.state.value.fields) || isEmpty(theirs)) return false;
    if (this.#takenBack !== null && theirs.content === this.#takenBack) return false;
    if (this.#isMessage(theirs.content)) return false;
    this.#set({ status: 'conflict', theirs });
    return true;
  }

  async #failed(cause: unknown): Promise<void> {
    if (this.#ended) return;
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

  /** A text that waits or has gone out is a message: an answer about the draft may be older than that. */
  #isMessage(content: string): boolean {
    return content !== '' && (content === this.#gone || this.#isWaiting(content));
  }

  #isDirty(): boolean {
    const { status } = this.state.value;
    return status !== 'loading' && status !== 'saved';
  }

  #holdsFiles(): boolean {
    const { attachments, uploads } = this.state.value;
    return attachments.length > 0 || uploads.length > 0;
  }

  #tellShare(key: string, share: number): void {
    this.#set({ uploads: this.state.value.uploads.map((each) => (each.key === key ? { ...each, share } : each)) });
  }

  #stopUploads(): void {
    for (const stop of this.#stops.values()) stop.abort();
  }

  #restoreWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const restore of waiting) restore();
  }

  #later(delayMs: number): void {
    clearTimeout(this.#timer);
    if (this.#ended) return;
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

/** Something stands here that was begun for somebody else. */
export function isBegunForOther({ fields, attachments, uploads }: DraftState, patientId: string | null | undefined): boolean {
  const isBegun = !isEmpty(fields) || attachments.length > 0 || uploads.length > 0;
  return isBegun && fields.patientId !== undefined && patientId !== undefined && patientId !== null && fields.patientId !== patientId;
}

function isEmpty({ content, subject }: DraftFields): boolean {
  return content === '' && (subject ?? '') === '';
}

function isSame(one: DraftFields, other: DraftFields): boolean {
  const text = (fields: DraftFields) =>
    JSON.stringify([fields.content, fields.subject ?? '', fields.category ?? '', fields.patientId ?? '']);
  return text(one) === text(other);
}
