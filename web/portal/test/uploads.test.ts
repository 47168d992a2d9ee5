import type { MessageAttachment } from '@vagus/client';
import { beforeEach, expect, test, vi } from 'vitest';
import type { UploadWatch } from '../src/data/ask';
import { Draft } from '../src/data/draft';

const photo = new File(['x'], 'rash.jpg');
const uploaded: MessageAttachment = { id: 'photo', fileName: 'rash.jpg', contentType: 'image/jpeg', size: 1, scan: 'clean' };
let draft: Draft;

const state = () => draft.state.value;

function untilStopped(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
}

beforeEach(() => {
  draft = new Draft('/draft', { fetch: () => Promise.reject(new TypeError('nothing is asked for here')) });
});

test('A file on its way tells how much of it has gone out, and those behind it wait', async () => {
  const watches: UploadWatch[] = [];
  const arrivals: ((file: MessageAttachment) => void)[] = [];
  const first = draft.addFile(photo, (_file, watch) => {
    watches.push(watch);
    return new Promise((resolve) => arrivals.push(resolve));
  });
  const second = draft.addFile(new File([], 'second.jpg'), () => Promise.resolve(uploaded));
  await vi.waitFor(() => expect(state().uploads.map(({ share }) => share)).toEqual([0, null]));

  watches[0]!.onProgress(0.4);

  expect(state().uploads).toMatchObject([{ fileName: photo.name, share: 0.4 }, { fileName: 'second.jpg', share: null }]);
  arrivals[0]!(uploaded);
  await Promise.all([first, second]);
  expect(state().uploads).toEqual([]);
});

test('An upload that is stopped is neither added nor called a failure, and the one behind it goes on', async () => {
  const first = draft.addFile(photo, (_file, { signal }) => untilStopped(signal));
  const second = draft.addFile(new File([], 'second.jpg'), () => Promise.resolve(uploaded));
  await vi.waitFor(() => expect(state().uploads[0]?.share).toBe(0));

  draft.stopUpload(state().uploads[0]!.key);

  expect([await first, await second]).toEqual([false, true]);
  expect(state()).toMatchObject({ uploads: [], failedUploads: [], attachments: [uploaded] });
});

test('What is on its way ends with the draft: another person may have signed in', async () => {
  const signals: AbortSignal[] = [];
  const adding = draft.addFile(photo, (_file, { signal }) => {
    signals.push(signal);
    return untilStopped(signal);
  });
  await vi.waitFor(() => expect(signals).toHaveLength(1));

  draft.stop();

  expect(signals[0]!.aborted).toBe(true);
  expect(await adding).toBe(false);
});
