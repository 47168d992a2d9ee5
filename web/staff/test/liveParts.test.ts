import type { ConnectionState, ConnectionStatus } from '@vagus/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { followFreshness } from '../src/data/live/followFreshness';
import { LiveParts, type LivePart } from '../src/data/live/liveParts';

class Part implements LivePart {
  state: ConnectionState = { status: 'live', since: 0 };
  readonly #watchers = new Set<() => void>();

  watchState(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  becomes(status: ConnectionStatus): void {
    this.state = { status, since: Date.now() };
    for (const watcher of this.#watchers) watcher();
  }
}

let parts: LiveParts;
let page: Part;
let chart: Part;

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(1_000_000);
  parts = new LiveParts();
  page = new Part();
  chart = new Part();
  parts.add(page, 'page');
});

afterEach(() => vi.useRealTimers());

test('Everything is live only when every part is', () => {
  const remove = parts.add(chart, 'pane');
  expect(parts.state).toEqual({ status: 'live', lostAt: null });

  chart.becomes('reconnecting');
  expect(parts.state).toEqual({ status: 'reconnecting', lostAt: 1_000_000 });
  vi.advanceTimersByTime(5_000);
  expect(parts.state).toEqual({ status: 'delayed', lostAt: 1_000_000 });
  remove();

  expect(parts.state.status).toBe('live');
});

test('A pane whose line was never there is late after five seconds, although the page is live', () => {
  chart.becomes('connecting');
  parts.add(chart, 'pane');

  vi.advanceTimersByTime(5_000);

  expect(parts.state.status).toBe('delayed');
});

test('The worst is told and the earliest loss', () => {
  parts.add(chart, 'pane');
  chart.becomes('delayed');
  vi.setSystemTime(1_002_000);
  page.becomes('offline');

  expect(parts.state).toEqual({ status: 'offline', lostAt: 1_000_000 });
});

test('Content is loaded again and again while its live source is away, and once when it is back', () => {
  const reload = vi.fn();
  const onChange = vi.fn();
  const end = followFreshness(chart, { reload, onChange, pollMs: 15_000, loadedWhileLive: true });

  chart.becomes('reconnecting');
  vi.advanceTimersByTime(4_000);
  expect(reload).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1_000);
  expect(onChange).toHaveBeenLastCalledWith(1_000_000);
  vi.advanceTimersByTime(30_000);
  expect(reload).toHaveBeenCalledTimes(3);
  chart.becomes('live');

  expect(onChange).toHaveBeenLastCalledWith(null);
  expect(reload).toHaveBeenCalledTimes(4);
  vi.advanceTimersByTime(60_000);
  expect(reload).toHaveBeenCalledTimes(4);
  end();
});

test('A short interruption loads nothing again: the live source resumes without loss', () => {
  const reload = vi.fn();
  followFreshness(chart, { reload, pollMs: 15_000, loadedWhileLive: true });

  chart.becomes('reconnecting');
  vi.advanceTimersByTime(2_000);
  chart.becomes('live');
  vi.advanceTimersByTime(60_000);

  expect(reload).not.toHaveBeenCalled();
});
