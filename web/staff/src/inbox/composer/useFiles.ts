import { HeicPictures, isHeic, type MessageAttachment } from '@vagus/client';
import { unlessPersonReturns } from '../../data/session/leaving';
import { Observable, useObservable } from '../../observable';
import { announce } from '../../ui/announcements';
import { Told } from '../../ui/failures';
import { upload } from '../ask';
import { inboxFailureText } from '../words';

export interface FileToSend {
  readonly key: number;
  readonly name: string;
  /** Null for an attachment of a message that was taken back. */
  readonly file: File | null;
  /** Once it is uploaded. */
  readonly id: string | null;
  readonly attachment: MessageAttachment | null;
  readonly failure: string | null;
  /** Of the file that has gone out, from 0 to 1, while it is on its way. */
  readonly share: number;
}

const mostBytes = 10 * 1024 * 1024;
/** A screen reader is told how far a slow upload is this often, and not of each percent. */
const sayEveryMs = 8_000;
const most = 10;

/** What is accepted by name; the server looks at the content. */
export const acceptedFiles = '.jpg,.jpeg,.png,.gif,.heic,.heif,.pdf,.doc,.docx';

/** Skin and wounds are looked at closely. */
const heic = new HeicPictures({ program: '/heic.js', longestSide: 4_096 });

/** Files that go out with the next reply into one thread: uploaded at once, each with its own failure and retry. */
export class FilesToSend {
  readonly observable = new Observable<readonly FileToSend[]>([]);
  readonly #stops = new Map<number, AbortController>();
  #made = 0;

  add(chosen: Iterable<File>): void {
    const added = [...chosen].map((file) => this.#new({ name: file.name, file, attachment: null }));
    this.observable.set([...this.observable.value, ...added]);
    for (const one of added) void this.#send(one);
  }

  /** Attachments of a message that was taken back go out with the next one. */
  putBack(attachments: readonly MessageAttachment[]): void {
    const known = new Set(this.observable.value.map(({ id }) => id));
    const missing = attachments.filter(({ id }) => !known.has(id));
    const back = missing.map((attachment) => this.#new({ name: attachment.fileName, file: null, attachment }));
    this.observable.set([...back, ...this.observable.value]);
  }

  retry(one: FileToSend): void {
    void this.#send(one);
  }

  /** What is on its way is stopped. */
  remove(key: number): void {
    this.#stops.get(key)?.abort();
    this.observable.set(this.observable.value.filter((one) => one.key !== key));
  }

  /** For good: nothing goes out in the next person's name. */
  stop(): void {
    for (const stop of this.#stops.values()) stop.abort();
  }

  /** These have gone out; what was added meanwhile stays. */
  sent(ids: readonly string[]): void {
    this.observable.set(this.observable.value.filter(({ id }) => id === null || !ids.includes(id)));
  }

  /** One too many is shown and not sent: nobody notices a file that is missing among ten. */
  #isTooMany(key: number): boolean {
    return this.observable.value.findIndex((one) => one.key === key) >= most;
  }

  #new(one: Pick<FileToSend, 'name' | 'file' | 'attachment'>): FileToSend {
    this.#made += 1;
    return { ...one, id: one.attachment?.id ?? null, key: this.#made, failure: null, share: 0 };
  }

  async #send({ key, file, name }: FileToSend): Promise<void> {
    if (file === null) return;
    const stop = new AbortController();
    this.#stops.set(key, stop);
    this.#change(key, { failure: null, share: 0 });
    try {
      if (this.#isTooMany(key)) throw new Told(`Only ${most} files go with one message. Remove one, or send this one with the next.`);
      if (file.size > mostBytes) throw new Told('It is larger than 10 MB.');
      const watch = { signal: stop.signal, onProgress: this.#progressOf(key, name) };
      // The server takes no HEIC.
      const taken = (await isHeic(file)) ? await heic.toJpeg(file, stop.signal) : file;
      const attachment = await upload<MessageAttachment>('/api/patient-messages/attachments', taken, watch);
      if (stop.signal.aborted) return;
      this.#change(key, { id: attachment.id, attachment });
      announce(`${name} is attached`);
    } catch (error) {
      if (stop.signal.aborted) return;
      const failure = inboxFailureText(error);
      this.#change(key, { failure });
      announce(`${name} was not uploaded. ${failure}`);
    } finally {
      this.#stops.delete(key);
    }
  }

  #progressOf(key: number, name: string): (share: number) => void {
    let saidAt = Date.now();
    return (share) => {
      this.#change(key, { share });
      if (Date.now() - saidAt < sayEveryMs) return;
      saidAt = Date.now();
      announce(`${name}: ${shareText(share)}`);
    };
  }

  #change(key: number, to: Partial<FileToSend>): void {
    this.observable.set(this.observable.value.map((one) => (one.key === key ? { ...one, ...to } : one)));
  }
}

export function shareText(share: number): string {
  return share < 1 ? `${Math.floor(share * 100)}% uploaded` : 'being checked…';
}

const all = new Map<string, FilesToSend>();

/** They stay with their thread while another one is on screen. */
export function filesOf(threadId: string): FilesToSend {
  const known = all.get(threadId);
  if (known) return known;
  const made = new FilesToSend();
  all.set(threadId, made);
  return made;
}

unlessPersonReturns(() => {
  for (const files of all.values()) files.stop();
  all.clear();
});

export function useFiles(threadId: string) {
  const keeper = filesOf(threadId);
  const files = useObservable(keeper.observable);
  return {
    keeper,
    files,
    ids: files.flatMap(({ id }) => (id === null ? [] : [id])),
    attachments: files.flatMap(({ attachment }) => attachment ?? []),
    /** Something is under way or has failed: a reply would go out without it. */
    isUnfinished: files.some(({ id }) => id === null),
  };
}

export type Files = ReturnType<typeof useFiles>;
