import { describe, expect, test } from 'vitest';
import { keptOn } from '../../browser/keptOn';
import { missing } from './clinic';
import { tabTo, Visits } from './visits';

describe.skipIf(missing)(`the inbox${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest('inbox');

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

  test('A reply and a note that were written without a network go out once, and lie on the device unreadable until then', async () => {
    const page = await visits.open('nurse', '/inbox?queue=all');
    await page.getByRole('link', { name: /Ana Ruiz/ }).first().click();
    await page.getByRole('log', { name: 'Messages' }).getByText('How have your values been since Monday?').waitFor();
    const id = new URL(page.url()).searchParams.get('thread') ?? '';
    await page.getByRole('textbox', { name: 'Message to the patient' }).fill('From the cellar.');
    await page.getByText('Draft saved').waitFor();
    await page.context().setOffline(true);
    await page.getByText(/^You are offline since/).waitFor();
    await page.getByRole('button', { name: 'Send to patient' }).click();
    await page.getByRole('button', { name: /^Internal note/ }).click();
    await page.getByRole('textbox', { name: 'Note for staff' }).fill('A cellar note.');
    await page.getByRole('button', { name: 'Save note' }).click();
    const waiting = page.getByRole('list', { name: 'Waiting on this device' });
    await waiting.getByText('A cellar note.').waitFor();
    await page.getByText('2 messages wait on this device to be sent').waitFor();
    expect(await keptOn(page, 'cellar|Ana|/api/|nurse@')).toEqual({ writes: 2, readable: [] });

    await page.context().setOffline(false);

    await waiting.waitFor({ state: 'detached' });
    const log = page.getByRole('log', { name: 'Messages' });
    await log.getByText('From the cellar.').waitFor();
    await log.getByText('A cellar note.').waitFor();
    const { messages } = await visits.caller('provider').ask<{ messages: readonly { content: string; kind: string }[] }>(
      'GET', `/api/patient-messages/threads/${id}`,
    );
    expect(messages.filter(({ content }) => /cellar/.test(content)).map(({ content, kind }) => `${kind}: ${content}`).toSorted()).toEqual([
      'message: From the cellar.', 'note: A cellar note.',
    ]);
    expect(await keptOn(page, 'cellar')).toEqual({ writes: 0, readable: [] });
    expect(await page.getByRole('textbox', { name: 'Note for staff' }).inputValue()).toBe('');
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
