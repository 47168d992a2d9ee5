import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { chartQuery, type PatientChart } from '../src/chart/chart';
import { ChartReload } from '../src/chart/useLiveChart';

let sequence = 0;
let reads = 0;

beforeEach(() => {
  vi.useFakeTimers();
  sequence = 5;
  reads = 0;
});
afterEach(() => vi.useRealTimers());

test('A chart that stays behind its events says since when, and is loaded until it has caught up', async () => {
  const queries = new QueryClient();
  const said: (number | null)[] = [];
  const { queryKey } = chartQuery('p1', undefined);
  const queryFn = async () => {
    reads += 1;
    return { patientId: 'p1', sequence } as PatientChart;
  };
  const unwatch = new QueryObserver(queries, { queryKey, queryFn }).subscribe(() => {});
  await vi.advanceTimersByTimeAsync(0);
  const reload = new ChartReload(queries, 'p1', (since) => said.push(since));

  reload.after(6);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([reads, said]).toEqual([2, [expect.any(Number)]]);
  sequence = 6;
  await vi.advanceTimersByTimeAsync(16_000);

  expect([reads, said.at(-1)]).toEqual([3, null]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(reads).toBe(3);
  reload.end();
  unwatch();
});
