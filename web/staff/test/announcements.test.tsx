// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core';
import { act, cleanup, render } from '@testing-library/react';
import { StrictMode } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { announce, announcement, announceUrgently, forgetAnnouncements, urgentAnnouncement } from '../src/ui/announcements';
import { Announcer } from '../src/ui/Announcer';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {} }));
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

test('The region is empty at first and speaks what came together, at most every three seconds', () => {
  const { container } = render(
    <StrictMode>
      <MantineProvider>
        <Announcer />
      </MantineProvider>
    </StrictMode>,
  );
  const region = container.querySelector('[aria-live=polite]')!;
  expect(region.textContent).toBe('');

  announce('One');
  announce('Two');
  act(() => void vi.advanceTimersByTime(200));
  expect(region.textContent).toBe('One. Two');

  for (const word of ['a', 'b', 'c', 'd']) announce(word);
  act(() => void vi.advanceTimersByTime(1_000));
  expect(region.textContent).toBe('One. Two');
  act(() => void vi.advanceTimersByTime(2_500));
  expect(region.textContent).toBe('4 updates. The last: d');
});

test('Neither what is said nor what waits to be said outlives the person that it was said to', () => {
  announceUrgently('Potassium of Ana Ruiz');
  announce('New message: Ana Ruiz');
  vi.advanceTimersByTime(10_000);
  expect([announcement.value, urgentAnnouncement.value]).toEqual(['New message: Ana Ruiz', 'Potassium of Ana Ruiz']);
  announceUrgently('Sodium of Ben Carter');
  announce('New message: Ben Carter');

  forgetAnnouncements();
  vi.advanceTimersByTime(10_000);

  expect([announcement.value, urgentAnnouncement.value]).toEqual(['', '']);
});

test('The same words again change the region: else they would not be read', () => {
  const heard = new Set<string>();
  for (let time = 0; time < 3; time += 1) {
    announce('Reviewed');
    announceUrgently('Critical alert for you');
    vi.advanceTimersByTime(10_000);
    heard.add(`${time % 2} ${announcement.value} ${urgentAnnouncement.value}`);
    if (time > 0) expect(announcement.value.trim()).toBe('Reviewed');
  }

  expect(new Set([...heard].map((said) => said.slice(2))).size).toBe(2);
});
