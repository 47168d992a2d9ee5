import { trusted } from './trusted.js';

/** Why a picture in HEIC did not become a JPEG. `unavailable`: the program that draws it could not be loaded. */
export type HeicFault = 'too_many_pixels' | 'too_slow' | 'unreadable' | 'unavailable';

export class HeicNotDrawn extends Error {
  readonly fault: HeicFault;

  constructor(fault: HeicFault) {
    super(`The picture in HEIC was not drawn: ${fault}.`);
    this.fault = fault;
  }
}

export interface HeicPicturesOptions {
  /** Of the worker that draws what the browser cannot. It is loaded with the first such picture. */
  readonly program: string;
  /** Of the JPEG, in pixels. */
  readonly longestSide: number;
}

const brands = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'];
const brandBytes = 12;
/** The largest photos of today's phones. Decoded they are 200 MB. */
const mostPixels = 50_000_000;
const limitMs = 60_000;
const quality = 0.9;

/** By its first bytes: many systems have no type for it. */
export async function isHeic(file: Blob): Promise<boolean> {
  const head = new TextDecoder('latin1').decode(await file.slice(0, brandBytes).arrayBuffer());
  return head.slice(4, 8) === 'ftyp' && brands.includes(head.slice(8));
}

/** Draws pictures in HEIC as JPEG, one at a time: each needs much memory. */
export class HeicPictures {
  readonly #options: HeicPicturesOptions;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: HeicPicturesOptions) {
    this.#options = options;
  }

  /** Fails with `HeicNotDrawn`, or with the reason of the signal. */
  toJpeg(file: File, signal: AbortSignal): Promise<File> {
    const drawn = this.#last.then(() => this.#draw(file, signal));
    this.#last = drawn.catch(() => undefined);
    return drawn;
  }

  async #draw(file: File, signal: AbortSignal): Promise<File> {
    signal.throwIfAborted();
    const { program, longestSide } = this.#options;
    const own = await createImageBitmap(file).catch(() => null);
    signal.throwIfAborted();
    const jpeg = own ? await drawOwn(own, longestSide) : await inWorker(program, { content: await contentOf(file), longestSide }, signal);
    return new File([jpeg], `${file.name.replace(/\.hei[cf]s?$/i, '')}.jpg`, { type: 'image/jpeg' });
  }
}

/** In a browser that knows HEIC. */
function drawOwn(picture: ImageBitmap, longestSide: number): Promise<Blob> {
  const scale = Math.min(1, longestSide / Math.max(picture.width, picture.height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale)));
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas.convertToBlob({ type: 'image/jpeg', quality });
}

async function contentOf(file: File): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await file.arrayBuffer());
}

interface ToDraw {
  readonly content: Uint8Array<ArrayBuffer>;
  readonly longestSide: number;
}

function inWorker(program: string, { content, longestSide }: ToDraw, signal: AbortSignal): Promise<Blob> {
  const worker = new Worker(trusted('vagus-heic', program));
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  const answer = new Promise<Blob>((resolve, reject) => {
    const stop = () => reject(signal.aborted ? (signal.reason as Error) : new HeicNotDrawn('too_slow'));
    if (limit.aborted) stop();
    limit.addEventListener('abort', stop);
    worker.addEventListener('error', () => reject(new HeicNotDrawn('unavailable')));
    worker.addEventListener('message', ({ data }: MessageEvent<{ jpeg: Blob } | { fault: HeicFault }>) =>
      'jpeg' in data ? resolve(data.jpeg) : reject(new HeicNotDrawn(data.fault)),
    );
  });
  worker.postMessage({ content, longestSide, mostPixels, quality }, [content.buffer]);
  // Its memory ends with it, also where it reads for ever.
  return answer.finally(() => worker.terminate());
}
