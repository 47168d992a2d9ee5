// @vitest-environment jsdom
import { render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { timesIn } from '../src/events/clinicTimes';
import { useAppointmentUpdates } from '../src/index';
import { appointment, LivePage } from './page';

const afternoon = '2026-11-27T19:30:00Z';

const page = LivePage.forEachTest();

/** The zone of the device, as the process has it. */
beforeEach(() => vi.stubEnv('TZ', 'America/New_York'));
afterEach(() => vi.unstubAllEnvs());

test('Without a zone, and in the zone of the device, times are the device’s and name no zone', () => {
  expect(timesIn(undefined).time(afternoon)).toBe('2:30 PM');
  expect(timesIn('America/New_York').dateAndTime(afternoon)).toBe('Nov 27, 2026, 2:30 PM');
  expect(timesIn('No/Such_Zone').time(afternoon)).toBe('2:30 PM');
});

test('Where the clinic’s clock shows another time, times are the clinic’s and name its zone', () => {
  expect(timesIn('America/Los_Angeles').time(afternoon)).toBe('11:30 AM PST');
  expect(timesIn('America/Los_Angeles').dateAndTime(Date.parse(afternoon))).toBe('Nov 27, 2026, 11:30 AM PST');
  expect(timesIn('Europe/Berlin').dateAndTime('2026-11-27T23:30:00Z')).toContain('Nov 28');
});

test('What is no instant stays as it is', () => {
  expect(timesIn('Europe/Berlin').dateAndTime('soon')).toBe('soon');
});

function Toasting() {
  useAppointmentUpdates({ showToasts: true });
  return null;
}

test('A zone that comes after the first rendering is that of what is told from then on', async () => {
  const { rerender } = render(page.wrap(<Toasting />));
  await page.live();
  rerender(page.wrap(<Toasting />, 'America/Los_Angeles'));

  page.tell('appointment:created', appointment('one', '1', { scheduledStart: afternoon }));

  await screen.findByText('Appointment booked: Kenji Chen, Nov 27, 2026, 11:30 AM PST');
});
