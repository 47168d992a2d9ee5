import { expect, test, vi } from 'vitest';
import type { UploadWatch } from '../../src/inbox/ask';
import { filesOf } from '../../src/inbox/composer/useFiles';

vi.mock('../../src/inbox/ask', async (original) => ({
  ...(await original<object>()),
  upload: (_address: string, file: File, watch: UploadWatch) =>
    file.name === 'slow.pdf'
      ? new Promise((_resolve, reject) => {
          watch.onProgress(0.4);
          watch.signal.addEventListener('abort', () => reject(watch.signal.reason as Error));
        })
      : Promise.resolve({ id: `of ${file.name}`, fileName: file.name }),
}));

test('A file too many is shown and says why it is not sent; none is dropped in silence', async () => {
  const keeper = filesOf('thread-1');

  keeper.add(Array.from({ length: 12 }, (_, at) => new File(['x'], `${at + 1}.pdf`)));

  await vi.waitFor(() => expect(keeper.observable.value.filter(({ id }) => id !== null)).toHaveLength(10));
  const left = keeper.observable.value.filter(({ failure }) => failure !== null);
  expect(left.map(({ name }) => name)).toEqual(['11.pdf', '12.pdf']);
  expect(left[0]!.failure).toContain('Only 10 files go with one message');
  keeper.remove(keeper.observable.value[0]!.key);
  keeper.retry(left[0]!);
  await vi.waitFor(() => expect(keeper.observable.value.find(({ name }) => name === '11.pdf')?.id).toBe('of 11.pdf'));
});

test('A file on its way tells how much of it has gone out, and is stopped by taking it out', async () => {
  const keeper = filesOf('thread-2');
  keeper.add([new File(['x'], 'slow.pdf'), new File(['x'], 'next.pdf')]);
  await vi.waitFor(() => expect(keeper.observable.value.map(({ id, share }) => [id, share])).toEqual([[null, 0.4], ['of next.pdf', 0]]));

  keeper.remove(keeper.observable.value[0]!.key);
  await Promise.resolve();

  expect(keeper.observable.value.map(({ name, failure }) => [name, failure])).toEqual([['next.pdf', null]]);
});
