import { HeicPictures, isHeic, type MessageAttachment } from '@vagus/client';
import { fetchFile, sendFile, type UploadWatch } from '../data/ask';
import type { Portal } from '../data/portal';
import { base } from './threads';

export const mostBytes = 10 * 1_048_576;
export const acceptedKinds =
  '.jpg,.jpeg,.png,.gif,.heic,.heif,.pdf,.doc,.docx,image/jpeg,image/png,image/gif,image/heic,image/heif,application/pdf';

/** A letter is readable at this length, and the file is small enough for a slow phone. */
const longestSide = 2_560;
const quality = 0.88;

const heic = new HeicPictures({ program: '/portal/heic.js', longestSide });

export async function upload(portal: Portal, file: File, watch: UploadWatch): Promise<MessageAttachment> {
  // The server takes no HEIC.
  const drawn = (await isHeic(file)) ? await heic.toJpeg(file, watch.signal) : await withoutTraces(file);
  watch.signal.throwIfAborted();
  return sendFile<MessageAttachment>(portal.session, `${base}/attachments`, drawn, watch);
}

const drawnAnew = ['image/jpeg', 'image/png'];

/**
 * A photo drawn anew: place, time and camera are not in it any more, and it is no larger than a letter needs. What cannot be drawn stays
 * as it is: the server looks at the content of every file, and leaves the same out of what other clients send.
 */
export async function withoutTraces(file: File): Promise<File> {
  const { type } = file;
  if (!drawnAnew.includes(type)) return file;
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return file;
  const scale = Math.min(1, longestSide / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const drawn = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, quality));
  return drawn ? new File([drawn], file.name, { type }) : file;
}

export function readAttachment(portal: Portal, id: string): Promise<Blob> {
  return fetchFile(portal.session, `${base}/attachments/${encodeURIComponent(id)}`);
}
