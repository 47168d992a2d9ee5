import type { MessageAttachment } from '@vagus/client';
import { ask, fetchFile } from '../data/ask';
import type { Portal } from '../data/portal';
import { base } from './threads';

export const mostBytes = 10 * 1_048_576;
export const acceptedKinds = '.jpg,.jpeg,.png,.gif,.pdf,.doc,.docx,image/jpeg,image/png,image/gif,application/pdf';

/** A letter is readable at this length, and the file is small enough for a slow phone. */
const longestSide = 2_560;
const quality = 0.88;

export async function upload(portal: Portal, file: File): Promise<MessageAttachment> {
  const form = new FormData();
  form.set('file', await withoutTraces(file));
  return ask<MessageAttachment>(portal.session, 'POST', `${base}/attachments`, form);
}

/**
 * A photo drawn anew: place, time and camera are not in it any more. What cannot be drawn is not a photo and stays as it is: the server
 * looks at the content of every file.
 */
export async function withoutTraces(file: File): Promise<File> {
  if (file.type !== 'image/jpeg' && file.type !== 'image/png') return file;
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return file;
  const scale = Math.min(1, longestSide / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const drawn = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, file.type, quality));
  return drawn ? new File([drawn], file.name, { type: file.type }) : file;
}

export function readAttachment(portal: Portal, id: string): Promise<Blob> {
  return fetchFile(portal.session, `${base}/attachments/${encodeURIComponent(id)}`);
}
