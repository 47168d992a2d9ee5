import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readUntil } from '../src/index';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A chart that is one position further at each reading. */
function chart(from: number) {
  let sequence = from;
  return vi.fn(async () => ({ sequence: sequence++ }));
}

test('A chart that has what was told of is read once', async () => {
  const read = chart(7);

  expect(await readUntil(read, () => 7, 6)).toEqual({ sequence: 7 });
  expect(read).toHaveBeenCalledTimes(1);
});

test('One that is behind is read again, also for an event that comes meanwhile', async () => {
  const read = chart(5);
  let told = 6;

  const reading = readUntil(read, () => told, 6);
  await vi.advanceTimersByTimeAsync(0);
  told = 7;
  await vi.runAllTimersAsync();

  expect(await reading).toEqual({ sequence: 7 });
  expect(read).toHaveBeenCalledTimes(3);
});

test('One that stays behind is taken as it is after the last reading, and the waits grow', async () => {
  const read = vi.fn(async () => ({ sequence: 1 }));

  const reading = readUntil(read, () => 9, 4);
  await vi.advanceTimersByTimeAsync(150 + 300 + 450 - 1);
  expect(read).toHaveBeenCalledTimes(3);
  await vi.advanceTimersByTimeAsync(1);

  expect(await reading).toEqual({ sequence: 1 });
  expect(read).toHaveBeenCalledTimes(4);
});
