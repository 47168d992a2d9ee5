import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { missing } from './chromium';
import { ClinicVisits, connectionSays } from './clinicVisits';

function reply(page: Page) {
  return page.getByRole('textbox', { name: 'Message to the patient' });
}

describe.skipIf(missing)(`the inbox${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = ClinicVisits.forEachTest();

  test('A thread is found, opened, answered and closed with the keyboard alone, and closing is taken back', async () => {
    const page = await visits.open('/inbox?queue=all');
    await page.getByRole('link', { name: /Ana Ruiz/ }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /Ana Ruiz/, level: 2 }).first().waitFor();
    await page.keyboard.press('r');
    await page.keyboard.type('It is ready. j k e');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('log').getByText('It is ready. j k e').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('e');
    const undo = page.getByRole('group', { name: 'Last action' });
    await undo.getByText('Closed').waitFor();

    await undo.getByRole('button', { name: 'Undo' }).press('Enter');

    await page.getByRole('button', { name: 'Close', exact: true }).first().waitFor();
    expect(page.url()).not.toContain('Ruiz');
  });

  test('What was typed survives a reload and stays in its thread', async () => {
    const page = await visits.open('/inbox?queue=all&thread=thread-1');
    await reply(page).fill('For Ana alone');
    await page.getByText('Draft saved').waitFor();
    await page.getByRole('link', { name: /Farid Haddad.*Moving/ }).click();
    await page.getByRole('heading', { name: /Farid Haddad/, level: 2 }).first().waitFor();
    expect(await reply(page).inputValue()).toBe('');

    await page.goto('/inbox?queue=all&thread=thread-1');
    await connectionSays(page, 'Live');

    await expect.poll(() => reply(page).inputValue()).toBe('For Ana alone');
  });

  test('What came while somebody was writing is shown before anything is sent', async () => {
    const page = await visits.open('/inbox?queue=all&thread=thread-1');
    visits.clinic.threads.newer = [{ content: 'I have found another box' }];
    await reply(page).fill('It is ready');
    await page.getByRole('button', { name: 'Send to patient' }).click();
    await page.getByRole('alert').getByText('I have found another box').waitFor();
    await page.getByRole('log').getByText('I have found another box').waitFor();
    expect(await page.getByRole('log').getByText('It is ready').count()).toBe(0);

    await page.getByRole('button', { name: 'Send mine all the same' }).click();

    await page.getByRole('log').getByText('It is ready').waitFor();
  });

  test('A sent message can be taken back, and its text is in the composer again', async () => {
    const page = await visits.open('/inbox?queue=all&thread=thread-1');
    visits.clinic.threads.undoSeconds = 10;
    await reply(page).fill('Too early');
    await page.getByRole('button', { name: 'Send to patient' }).click();
    await page.getByText(/Sending in \d+ s/).waitFor();

    await page.getByRole('button', { name: 'Undo' }).click();

    await expect.poll(() => reply(page).inputValue()).toBe('Too early');
    expect(await page.getByRole('log').getByText('Too early').count()).toBe(0);
  });

  test('A canned response is filled for the patient, and what is left to fill stops it', async () => {
    const page = await visits.open('/inbox?queue=all&thread=thread-1');
    await reply(page).press('/');
    await page.getByRole('group', { name: 'Canned responses' }).getByRole('button').first().waitFor();
    await page.getByRole('searchbox', { name: 'Find a canned response' }).press('Enter');
    await expect.poll(() => reply(page).inputValue()).toContain('Hello Ana, your [which medicine]');
    await page.getByRole('button', { name: 'Send to patient' }).click();
    await page.getByText('Fill in').waitFor();
    await page.keyboard.type('metformin');

    await page.keyboard.press('Control+Enter');

    await page.getByRole('log').getByText('your metformin will be ready').waitFor();
  });

  test('Of several threads each is changed by itself, and what was refused is named and stays selected', async () => {
    const page = await visits.open('/inbox?queue=all');
    for (const name of [/Ana Ruiz/, /Featherstonehaugh/]) await page.getByRole('checkbox', { name }).check();

    await page.getByRole('group', { name: 'Selected threads' }).getByRole('button', { name: 'Close' }).click();

    await page.getByText(/1 changed, 1 not/).first().waitFor();
    expect(await page.getByRole('checkbox', { name: /Featherstonehaugh/ }).isChecked()).toBe(true);
    await page.getByRole('link', { name: /Ana Ruiz/ }).waitFor({ state: 'detached' });
  });

  test('Without a network a reply is not sent and not lost', async () => {
    const page = await visits.open('/inbox?queue=all&thread=thread-1');
    await reply(page).fill('Hello');
    await page.getByText('Draft saved').waitFor();
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Send to patient' }).click();

    await page.getByText('You are offline. Nothing was sent, and your text is still here.').waitFor();

    expect(await reply(page).inputValue()).toBe('Hello');
  });

  test('A message that comes appears in place, and neither focus nor typed text is touched', async () => {
    const page = await visits.open('/inbox?queue=all&thread=thread-1');
    await page.getByRole('log').getByText('Last HbA1c').waitFor();
    await reply(page).fill('Half a sent');
    await page.getByRole('button', { name: 'Internal note' }).waitFor();

    visits.clinic.tellMessage('new_message', visits.clinic.threads.receive('thread-1', 'I have found another box'));
    await page.getByRole('log').getByText('I have found another box').waitFor();
    await page.keyboard.type('ence');

    expect(await reply(page).inputValue()).toBe('Half a sentence');
    await page.locator('[data-announcer]').getByText('New message: Ana Ruiz').waitFor();
  });

  test('Who is second to change a thread is shown how it is now, and chooses', async () => {
    const page = await visits.open('/inbox?queue=all&thread=thread-3');
    await page.getByRole('log').waitFor();
    // A colleague is faster by a moment: what is told or read before would show it, and there would be nothing to choose.
    let isFirst = true;
    await page.route(/\/threads\/thread-3$/, (route) => {
      if (route.request().method() === 'PUT' && isFirst) {
        isFirst = false;
        visits.clinic.threads.change('thread-3', { status: 'in_progress' });
      }
      return route.continue();
    });
    await page.getByRole('button', { name: 'Close', exact: true }).first().click();
    await page.getByRole('alert').filter({ hasText: 'It is now: In progress' }).waitFor();

    await page.getByRole('button', { name: 'Change it all the same' }).click();

    await page.getByRole('button', { name: 'Reopen' }).waitFor();
    expect(await page.getByRole('alert').filter({ hasText: 'It is now' }).count()).toBe(0);
  });

  test('Of a thousand threads only those near the eye are in the document, and keys go on beyond the screen', async () => {
    visits.clinic.threads.fill(1_000);
    const page = await visits.open('/inbox?queue=all');
    const list = page.getByRole('list', { name: 'All open' });
    await list.getByRole('listitem').first().waitFor();
    expect(await list.getByRole('listitem').count()).toBeLessThan(40);
    expect(await list.getByRole('listitem').first().getAttribute('aria-setsize')).toBe('1004');

    for (let press = 0; press < 30; press += 1) await page.keyboard.press('j');

    await expect.poll(() => page.evaluate(() => document.activeElement?.closest('li')?.getAttribute('aria-posinset'))).toBe('30');
    expect(await list.getByRole('listitem').count()).toBeLessThan(40);
  });

  test('A key acts on the row that has the focus, and not on another thread that is open', async () => {
    const page = await visits.open('/inbox?queue=all&thread=thread-1');
    await page.getByRole('log').waitFor();
    await page.keyboard.press('j');
    await page.locator('[data-row=thread-2]:focus').waitFor();

    await page.keyboard.press('e');

    await page.getByRole('group', { name: 'Last action' }).getByText(/Featherstonehaugh/).waitFor();
    expect(await page.getByRole('button', { name: 'Close', exact: true }).count()).toBe(1);
  });
});
