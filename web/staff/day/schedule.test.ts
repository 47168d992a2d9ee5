import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { inspect } from '../../browser/inspect';
import { keptOn } from '../../browser/keptOn';
import { book, missing } from './clinic';
import { signOut, tabTo, Visits } from './visits';

const card = (page: Page, name: RegExp) => page.getByRole('button', { name });

describe.skipIf(missing)(`the schedule${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest('schedule');

  test('An appointment is moved by the keyboard alone; a time that is taken is told first, and a colleague sees the move', async () => {
    await book(visits.caller('nurse'), 'ana', 'okafor', '13:00', 'Wound', 'room-2');
    const page = await visits.open('desk', '/schedule');
    const other = await visits.open('provider', '/schedule?view=week');
    await card(page, /1:00 PM Ana Ruiz/).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await tabTo(page, 'Move…');
    await page.keyboard.press('Enter');

    await page.getByLabel('New start').fill('10:00');
    await tabTo(page, 'Move');
    await page.keyboard.press('Enter');
    await page.getByText('The provider is taken from 10:00 AM to 10:30 AM.').waitFor();
    expect(await card(other, /1:00 PM Ana Ruiz/).count()).toBe(1);
    await page.getByLabel('New start').fill('15:30');
    await tabTo(page, 'Move');
    await page.keyboard.press('Enter');

    await card(page, /3:30 PM Ana Ruiz/).waitFor();
    await card(other, /3:30 PM Ana Ruiz/).waitFor();
  });

  test('A card that is dragged asks before it moves, into another room too', async () => {
    await book(visits.caller('nurse'), 'sofia', 'novak', '14:00', 'Ear', 'room-2');
    const page = await visits.open('desk', '/schedule?by=room');
    // How far down the board begins depends on the time of day.
    await card(page, /2:00 PM Sofia Castillo/).evaluate((element) => element.scrollIntoView({ block: 'center' }));
    const from = await card(page, /2:00 PM Sofia Castillo/).boundingBox();
    const into = await page.getByRole('region', { name: 'Room 1' }).boundingBox();
    if (!from || !into) throw new Error('The board is not there.');

    await page.mouse.move(from.x + 20, from.y + 10);
    await page.mouse.down();
    await page.mouse.move(from.x + 20, from.y + 40, { steps: 4 });
    await page.mouse.move(into.x + into.width / 2, from.y + 10 + 60, { steps: 6 });
    await page.mouse.up();

    await page.getByRole('dialog', { name: 'Appointment' }).waitFor();
    expect(await page.getByLabel('New start').inputValue()).toBe('14:30');
    expect(await page.getByRole('combobox', { name: 'Room' }).inputValue()).toBe('Room 1');
    expect(await card(page, /2:00 PM Sofia Castillo/).count()).toBe(1);
    await page.getByRole('button', { name: 'Move', exact: true }).click();
    await page.getByRole('region', { name: 'Room 1' }).getByRole('button', { name: /2:30 PM Sofia Castillo/ }).waitFor();
  });

  test('On paper the day is a sheet for each provider, in the light scheme, and nothing of the screen around it', async () => {
    const page = await visits.open('desk', '/schedule', { scheme: 'dark' });
    await card(page, /10:00 AM Kenji Chen/).waitFor();
    const scheme = () => page.getAttribute('html', 'data-mantine-color-scheme');
    await expect.poll(scheme).toBe('dark');

    await page.emulateMedia({ media: 'print' });

    const sheet = page.getByRole('table', { name: 'Maya Okafor' });
    await sheet.getByRole('row', { name: /10:00 AM \(30 min\) Kenji Chen .*Follow-up/ }).waitFor();
    await expect.poll(scheme).toBe('light');
    expect(await page.getByRole('navigation', { name: 'Main' }).count()).toBe(0);
    expect(await card(page, /Kenji Chen/).count()).toBe(0);
    await page.getByText(/Printed by Sam Ito/).waitFor();
    await page.emulateMedia({ media: null });
    await card(page, /10:00 AM Kenji Chen/).waitFor();
    await expect.poll(scheme).toBe('dark');
    expect(await sheet.count()).toBe(0);
  });

  test('Who is faster wins: the other is told and sees the time as it is now', async () => {
    const { id, start } = await book(visits.caller('nurse'), 'kenji', 'novak', '08:00', 'Knee', 'room-2');
    const page = await visits.open('desk', '/schedule');
    await card(page, /8:00 AM Kenji Chen/).click();
    await page.getByRole('button', { name: 'Move…' }).click();
    await page.getByLabel('New start').fill('16:00');
    await page.route('**/reschedule', async (route) => {
      await visits.caller('nurse').ask('POST', `/api/appointments/${id}/reschedule`, {
        start: new Date(Date.parse(start) + 4 * 3_600_000).toISOString(), durationMinutes: 30,
      });
      await route.continue();
    });

    await page.getByRole('button', { name: 'Move', exact: true }).click();

    await page.getByText(/Somebody else changed this appointment/).waitFor();
    await page.getByText(/^From .*12:00 PM/).waitFor();
  });

  test('Booking by the keyboard alone: the search for everything opens it, and the appointment is on the board', async () => {
    const page = await visits.open('desk', '/patients');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Find a patient, page or action' }).fill('book');
    await page.getByRole('option', { name: /Book an appointment/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Book appointment' }).waitFor();
    await page.keyboard.type('Sofia');
    await page.getByRole('option', { name: /Sofia Castillo/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Provider');
    await page.keyboard.type('Novák');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByLabel('Start').fill('16:30');
    await tabTo(page, 'Book');
    await page.keyboard.press('Enter');

    await card(page, /4:30 PM Sofia Castillo/).waitFor();
  });

  test('Whose time is taken is said while an appointment is written down, and it is booked by the button that says so', async () => {
    const page = await visits.open('desk', '/schedule');
    await card(page, /10:00 AM Sofia Castillo/).waitFor();
    await page.getByRole('button', { name: 'Book appointment' }).click();
    await page.getByRole('combobox', { name: 'Patient' }).fill('Ana');
    await page.getByRole('option', { name: /Ana Ruiz/ }).click();
    await page.getByRole('combobox', { name: 'Provider' }).fill('Novák');
    await page.getByRole('option', { name: /Novák/ }).click();
    await page.getByRole('combobox', { name: 'Room' }).click();
    await page.getByRole('option', { name: 'Room 2' }).click();
    await page.getByLabel('Start').fill('10:15');

    const warnings = page.getByRole('status', { name: 'Before you book' });
    await warnings.getByText('Dr. Jonas Novák has Sofia Castillo from 10:00 AM to 10:30 AM.').waitFor();
    await warnings.getByText(/The room is taken from 10:00 AM to 10:30 AM/).waitFor();
    expect(await inspect(page, 'booking with warnings')).toEqual([]);
    await page.getByRole('button', { name: 'Book anyway' }).click();

    await card(page, /10:15 AM Ana Ruiz/).waitFor();
  });

  test('What was typed into a form is there after a reload, unreadable on the device until then, and gone with a sign-out', async () => {
    const page = await visits.open('desk', '/schedule?book=true');
    await page.getByRole('textbox', { name: 'Reason' }).fill('A cough since Monday');
    await expect.poll(() => keptOn(page, 'cough|desk@')).toEqual({ writes: 1, readable: [] });

    await page.reload();

    await page.getByText('What you typed before is still here').waitFor();
    expect(await page.getByRole('textbox', { name: 'Reason' }).inputValue()).toBe('A cough since Monday');
    await page.keyboard.press('Escape');
    await signOut(page);
    await expect.poll(() => keptOn(page, 'cough|desk@')).toEqual({ writes: 0, readable: [] });
    await visits.signIn(page, 'desk');
    await page.getByRole('button', { name: 'Book appointment' }).click();
    expect(await page.getByRole('textbox', { name: 'Reason' }).inputValue()).toBe('');
  });
});
