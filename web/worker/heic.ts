import openDecoder, { type heif_image_handle, type MainModule } from 'libheif-js/libheif-wasm/libheif.js';
import decoderAt from 'libheif-js/libheif-wasm/libheif.wasm?url';
import { isWideColour, sizeWithin } from './heicPicture';

declare const self: DedicatedWorkerGlobalScope;

// Draws one picture in HEIC as a JPEG, in a process of the browser's own and in memory that ends with it: what is read was sent by
// strangers. Place, time and camera are not in what is drawn.

interface HeicToDraw {
  readonly content: Uint8Array<ArrayBuffer>;
  readonly mostPixels: number;
  readonly longestSide: number;
  readonly quality: number;
}

self.addEventListener('message', ({ data }: MessageEvent<HeicToDraw>) => {
  void draw(data).then((answer) => self.postMessage(answer, []));
});

async function draw(asked: HeicToDraw): Promise<{ readonly jpeg: Blob } | { readonly fault: string }> {
  const program = await readDecoder();
  if (!program) return { fault: 'unavailable' };
  try {
    return await drawWith(openDecoder({ wasmBinary: program }), asked);
  } catch {
    // A defect of the decoder, or a picture that is made to find one.
    return { fault: 'unreadable' };
  }
}

async function readDecoder(): Promise<ArrayBuffer | null> {
  const answer = await fetch(decoderAt).catch(() => null);
  return answer?.ok ? answer.arrayBuffer().catch(() => null) : null;
}

async function drawWith(decoder: MainModule, asked: HeicToDraw): Promise<{ readonly jpeg: Blob } | { readonly fault: string }> {
  const context = decoder.heif_context_alloc();
  const { code } = decoder.heif_context_read_from_memory(context, asked.content);
  if (code !== decoder.heif_error_code.heif_error_Ok) return { fault: 'unreadable' };
  const handle = decoder.heif_js_context_get_primary_image_handle(context) as HeifFault & heif_image_handle;
  if (handle.code) return { fault: 'unreadable' };

  const [width, height] = [decoder.heif_image_handle_get_width(handle), decoder.heif_image_handle_get_height(handle)];
  if (width * height > asked.mostPixels) return { fault: 'too_many_pixels' };
  const { heif_colorspace: spaces, heif_chroma: chromas } = decoder;
  const decoded = decoder.heif_js_decode_image2(
    handle, spaces.heif_colorspace_RGB, chromas.heif_chroma_interleaved_RGBA,
  ) as HeifFault & Partial<Decoded>;
  const rows = decoded.channels?.[0];
  // The decoder refuses a picture that is larger than its description; the size is that of the rows all the same.
  if (!rows || rows.width * rows.height > asked.mostPixels) return { fault: 'unreadable' };
  return { jpeg: await jpegOf(rows, asked) };
}

interface HeifFault {
  readonly code?: unknown;
}

interface Rows {
  readonly width: number;
  readonly height: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
  readonly data: Uint8Array;
}

interface Decoded {
  readonly channels: readonly Rows[];
}

async function jpegOf(rows: Rows, { content, longestSide, quality }: HeicToDraw): Promise<Blob> {
  const { width, height } = rows;
  // The browser turns the colours of a phone into those that every screen shows.
  const pixels = new ImageData(packed(rows), width, height, { colorSpace: isWideColour(content) ? 'display-p3' : 'srgb' });
  const drawn = await createImageBitmap(pixels);
  const canvas = new OffscreenCanvas(...sizeWithin(longestSide, width, height));
  const pen = canvas.getContext('2d', { alpha: false });
  if (!pen) throw new Error('There is no canvas to draw on.');
  pen.imageSmoothingQuality = 'high';
  pen.drawImage(drawn, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: 'image/jpeg', quality });
}

/** The rows without the gaps between them. */
function packed({ width, height, stride, data }: Rows): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let row = 0; row < height; row++) pixels.set(data.subarray(row * stride, row * stride + width * 4), row * width * 4);
  return pixels;
}
