import { describe, expect, test } from 'vitest';
import { missing } from './clinic';
import { tabTo, Visits } from './visits';

describe.skipIf(missing)(`the inbox${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest();

  test('A thread is begun by the keyboard alone, its draft outlives a reload, and a colleague sees it at once', async () => {
    const page = await visits.open('nurse', '/inbox');
    const other = await visits.open('provider', '/inbox?queue=all');
    await tabTo(page, 'New message');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Patient');
    await page.keyboard.type('Kenji');
    await page.getByRole('option', { name: /Kenji Chen/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Subject' }).fill('Your knee');
    await page.getByRole('textbox', { name: 'Message to the patient' }).fill('How is your knee after the bandage?');
    await page.getByText('Draft saved').waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Send to Kenji Chen' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Subject' }).inputValue()).toBe('Your knee');

    await page.getByRole('textbox', { name: 'Message to the patient' }).focus();
    await page.keyboard.press('Control+Enter');

    await page.getByRole('log', { name: 'Messages' }).getByText('How is your knee after the bandage?').waitFor();
    await other.getByRole('link', { name: /Kenji Chen/ }).waitFor();
  });

  test('What is missing is said at its place, and nothing is sent', async () => {
    const page = await visits.open('nurse', '/inbox?compose=true');

    await page.getByRole('button', { name: 'Send to the patient' }).click();

    await page.getByText('Choose a patient. Nothing was sent.').waitFor();
    await page.getByText('Write the message. Nothing was sent.').waitFor();
  });

  test('Words in sealed texts are found once the organization allows it', async () => {
    const page = await visits.open('nurse', '/inbox');
    const field = page.getByRole('searchbox', { name: 'Find threads by patient or subject' });
    await field.fill('values Monday');
    await page.getByRole('button', { name: /Search in messages/ }).waitFor();
    await field.press('Enter');
    await page.getByText('Your organization has not allowed searching in messages.').waitFor();

    await visits.caller('admin').ask('PUT', '/api/admin/settings/messaging', { search: true });
    await page.getByRole('button', { name: 'Back to the queue' }).click();
    await field.fill('values Mon');
    await page.getByRole('button', { name: /Search in messages/ }).waitFor();
    await field.press('Enter');

    await page.getByRole('list', { name: 'Threads found by text' }).getByRole('link', { name: /Ana Ruiz/ }).click();
    await page.getByRole('log', { name: 'Messages' }).getByText('How have your values been since Monday?').waitFor();
  });
});
