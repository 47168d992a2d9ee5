import type { MessageAttachment } from '@vagus/client';
import { fetchFile, sendFile, type UploadWatch } from '../data/ask';
import type { Portal } from '../data/portal';
import { base } from './threads';

export const mostBytes = 10 * 1_048_576;
export const acceptedKinds = '.jpg,.jpeg,.png,.gif,.pdf,.doc,.docx,image/jpeg,image/png,image/gif,application/pdf';

/** A letter is readable at this length, and the file is small enough for a slow phone. */
const longestSide = 2_560;
const quality = 0.88;

export async function upload(portal: Portal, file: File, watch: UploadWatch): Promise<MessageAttachment> {
  const drawn = await withoutTraces(file);
  watch.signal.throwIfAborted();
  return sendFile<MessageAttachment>(portal.session, `${base}/attachments`, drawn, watch);
}

/** As what a photo is drawn. The server takes none in HEIC; browsers that can draw it send a JPEG. */
const drawnAs: Readonly<Record<string, string>> = {
  'image/jpeg': 'image/jpeg', 'image/png': 'image/png', 'image/heic': 'image/jpeg', 'image/heif': 'image/jpeg',
};

/**
 * A photo drawn anew: place, time and camera are not in it any more, and it is no larger than a letter needs. What cannot be drawn stays
 * as it is: the server looks at the content of every file, and leaves the same out of what other clients send.
 */
export async function withoutTraces(file: File): Promise<File> {
  const type = drawnAs[file.type];
  if (!type) return file;
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return file;
  const scale = Math.min(1, longestSide / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const drawn = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, quality));
  if (!drawn) return file;
  const name = type === file.type ? file.name : file.name.replace(/\.hei[cf]$/i, '.jpg');
  return new File([drawn], name, { type });
}

export function readAttachment(portal: Portal, id: string): Promise<Blob> {
  return fetchFile(portal.session, `${base}/attachments/${encodeURIComponent(id)}`);
}
