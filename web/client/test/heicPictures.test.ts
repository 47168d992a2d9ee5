import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HeicNotDrawn, HeicPictures, isHeic } from '../src/program/heicPictures';

class FakeWorker extends EventTarget {
  static readonly all: FakeWorker[] = [];
  asked: { content: Uint8Array; longestSide: number; mostPixels: number } | null = null;
  isEnded = false;
  readonly program: string;

  constructor(program: string) {
    super();
    this.program = program;
    FakeWorker.all.push(this);
  }

  postMessage(asked: FakeWorker['asked']): void {
    this.asked = asked;
  }

  answer(data: object): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }

  terminate(): void {
    this.isEnded = true;
  }
}

const photo = (name = 'IMG_1.HEIC', brand = 'heic') => new File(['\0\0\0\x1cftyp', brand, '\0\0\0\0mif1'], name);
const worker = async (index = 0) => {
  await vi.waitFor(() => expect(FakeWorker.all[index]?.asked).toBeTruthy());
  return FakeWorker.all[index]!;
};
const jpeg = new Blob(['jpeg'], { type: 'image/jpeg' });
let pictures: HeicPictures;

beforeEach(() => {
  FakeWorker.all.length = 0;
  vi.stubGlobal('Worker', FakeWorker);
  vi.stubGlobal('createImageBitmap', () => Promise.reject(new DOMException('The source image could not be decoded.', 'InvalidStateError')));
  pictures = new HeicPictures({ program: '/heic.js', longestSide: 2_000 });
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test.each([
  ['heic', true], ['heix', true], ['mif1', true], ['avif', false], ['isom', false],
])('A file of the brand %s is HEIC: %s', async (brand, expected) => {
  expect(await isHeic(photo('x', brand))).toBe(expected);
});

test('A file that is named so only is not HEIC, and neither is an empty one', async () => {
  expect(await isHeic(new File(['\xff\xd8\xff'], 'x.heic', { type: 'image/heic' }))).toBe(false);
  expect(await isHeic(new File([], 'x.heic'))).toBe(false);
});

test('A picture becomes a JPEG of the same name, and the worker ends', async () => {
  const drawn = pictures.toJpeg(photo(), new AbortController().signal);
  const one = await worker();
  one.answer({ jpeg });

  const file = await drawn;

  expect(file).toMatchObject({ name: 'IMG_1.jpg', type: 'image/jpeg', size: jpeg.size });
  expect(one).toMatchObject({ program: '/heic.js', isEnded: true, asked: { longestSide: 2_000, mostPixels: 50_000_000 } });
  expect(new TextDecoder().decode(one.asked?.content.subarray(4, 12))).toBe('ftypheic');
});

test('A second picture waits for the first one, also where that fails', async () => {
  const { signal } = new AbortController();
  const first = pictures.toJpeg(photo(), signal);
  const second = pictures.toJpeg(photo('IMG_2.HEIF'), signal);
  const one = await worker();
  expect(FakeWorker.all).toHaveLength(1);
  one.answer({ fault: 'too_many_pixels' });

  await expect(first).rejects.toEqual(new HeicNotDrawn('too_many_pixels'));
  (await worker(1)).answer({ jpeg });
  expect((await second).name).toBe('IMG_2.jpg');
});

test('A worker that takes too long is ended', async () => {
  const limit = new AbortController();
  vi.spyOn(AbortSignal, 'timeout').mockReturnValue(limit.signal);
  const drawn = pictures.toJpeg(photo(), new AbortController().signal);
  const one = await worker();
  limit.abort();

  await expect(drawn).rejects.toEqual(new HeicNotDrawn('too_slow'));
  expect(one.isEnded).toBe(true);
});

test('An upload that is stopped ends the worker, and one that waits for its turn begins none', async () => {
  const stop = new AbortController();
  const drawn = [pictures.toJpeg(photo(), stop.signal), pictures.toJpeg(photo(), stop.signal)];
  const one = await worker();
  stop.abort();

  for (const each of drawn) await expect(each).rejects.toBe(stop.signal.reason);
  expect(one.isEnded).toBe(true);
  expect(FakeWorker.all).toHaveLength(1);
});

test('A program that cannot be loaded is told as that', async () => {
  const drawn = pictures.toJpeg(photo(), new AbortController().signal);
  (await worker()).dispatchEvent(new Event('error'));

  await expect(drawn).rejects.toEqual(new HeicNotDrawn('unavailable'));
});
