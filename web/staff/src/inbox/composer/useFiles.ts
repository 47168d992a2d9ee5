import type { MessageAttachment } from '@vagus/client';
import { useRef, useState } from 'react';
import { Told } from '../../ui/failures';
import { upload } from '../ask';
import { inboxFailureText } from '../words';

export interface FileToSend {
  readonly key: number;
  readonly file: File;
  /** Once it is uploaded. */
  readonly id: string | null;
  readonly failure: string | null;
}

const mostBytes = 10 * 1024 * 1024;
const most = 10;

/** What is accepted by name; the server looks at the content. */
export const acceptedFiles = '.jpg,.jpeg,.png,.gif,.pdf,.doc,.docx';

/** Files that go out with the next reply: uploaded at once, each with its own failure and retry. */
export function useFiles() {
  const [files, setFiles] = useState<readonly FileToSend[]>([]);
  const made = useRef(0);
  const change = (key: number, to: Partial<FileToSend>) =>
    setFiles((all) => all.map((one) => (one.key === key ? { ...one, ...to } : one)));

  async function send({ key, file }: Pick<FileToSend, 'key' | 'file'>): Promise<void> {
    change(key, { failure: null });
    try {
      if (file.size > mostBytes) throw new Told('It is larger than 10 MB.');
      const { id } = await upload<MessageAttachment>('/api/patient-messages/attachments', file);
      change(key, { id });
    } catch (error) {
      change(key, { failure: inboxFailureText(error) });
    }
  }

  function add(chosen: Iterable<File>): void {
    const added = [...chosen].slice(0, most - files.length).map((file) => ({ key: (made.current += 1), file, id: null, failure: null }));
    setFiles((all) => [...all, ...added]);
    for (const one of added) void send(one);
  }

  return {
    files,
    ids: files.flatMap(({ id }) => (id === null ? [] : [id])),
    /** Something is under way or has failed: a reply would go out without it. */
    isUnfinished: files.some(({ id }) => id === null),
    add,
    retry: (one: FileToSend) => void send(one),
    remove: (key: number) => setFiles((all) => all.filter((one) => one.key !== key)),
    clear: () => setFiles([]),
  };
}

export type Files = ReturnType<typeof useFiles>;
