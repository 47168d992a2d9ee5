import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { inspect } from '../../browser/inspect';
import { keptOn } from '../../browser/keptOn';
import { heicPhoto } from '../../browser/heicPhoto';
import { pdfOf, slowUploads } from '../../browser/slowUploads';
import { missing } from './clinic';
import { signOut, tabTo, Visits } from './visits';

interface Entry {
  readonly content: string;
  readonly kind: string;
}

/** A message into a thread, on its way. */
const sending = /\/patient-messages\/threads\/[^/]+\/messages$/;

describe.skipIf(missing)(`the inbox${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest('inbox');
  const ask = <Answer>(address: string) => visits.caller('provider').ask<Answer>('GET', `/api/patient-messages/threads${address}`);
  const contents = async (id: string) => (await ask<{ messages: readonly Entry[] }>(`/${id}`)).messages.map(({ content }) => content);

  /** First messages of the threads with this subject. */
  async function written(subject: string): Promise<string[]> {
    const { items } = await ask<{ items: readonly { id: string; subject: string }[] }>('?limit=200');
    const all = await Promise.all(items.filter((thread) => thread.subject === subject).map(({ id }) => contents(id)));
    return all.flat();
  }

  /** Of a nurse in a thread of Ana, whom the server cannot be reached by for this alone. */
  async function waitingReply(content: string): Promise<{ page: Page; id: string }> {
    const page = await visits.open('nurse', '/inbox?queue=all');
    await page.getByRole('link', { name: /Ana Ruiz/ }).first().click();
    await page.getByRole('log', { name: 'Messages' }).getByText('How have your values been since Monday?').waitFor();
    await page.route(sending, (route) => route.abort());
    await page.getByRole('textbox', { name: 'Message to the patient' }).fill(content);
    await page.getByRole('button', { name: 'Send to patient' }).click();
    await page.getByRole('list', { name: 'Waiting on this device' }).getByText(content).waitFor();
    return { page, id: new URL(page.url()).searchParams.get('thread') ?? '' };
  }

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
    const { messages } = await ask<{ messages: readonly Entry[] }>(`/${id}`);
    expect(messages.filter(({ content }) => /cellar/.test(content)).map(({ content, kind }) => `${kind}: ${content}`).toSorted()).toEqual([
      'message: From the cellar.', 'note: A cellar note.',
    ]);
    expect(await keptOn(page, 'cellar')).toEqual({ writes: 0, readable: [] });
    expect(await page.getByRole('textbox', { name: 'Note for staff' }).inputValue()).toBe('');
  });

  test('A new thread that was begun without a network waits beside the list, is taken back and changed, and begins once', async () => {
    const page = await visits.open('nurse', '/inbox?compose=true');
    await writeTo(page, 'Sofia Castillo', 'From the road', 'A hasty word.');
    await page.context().setOffline(true);
    await page.getByText(/^You are offline since/).waitFor();
    await page.getByRole('button', { name: 'Send to Sofia Castillo' }).click();
    const waiting = page.getByRole('list', { name: 'New threads that wait' });
    await waiting.getByText('To Sofia Castillo: From the road').waitFor();
    await page.getByText('1 message waits on this device to be sent').waitFor();
    expect(await inspect(page, 'a new thread that waits')).toEqual([]);

    await waiting.getByRole('button', { name: 'Take back' }).click();
    const field = page.getByRole('textbox', { name: 'Message to the patient' });
    await expect.poll(() => field.inputValue()).toBe('A hasty word.');
    expect(await page.getByRole('textbox', { name: 'Subject' }).inputValue()).toBe('From the road');
    await field.fill('A better word.');
    await page.getByRole('button', { name: 'Send to Sofia Castillo' }).click();
    await waiting.getByText('A better word.').waitFor();
    expect(await keptOn(page, 'word|road|Sofia|/api/|nurse@')).toEqual({ writes: 1, readable: [] });
    await page.context().setOffline(false);

    await waiting.waitFor({ state: 'detached' });
    expect(await written('From the road')).toEqual(['A better word.']);
    await page.getByRole('button', { name: 'New message' }).click();
    expect(await field.inputValue()).toBe('');
  });

  test('A message that begins a thread later waits beside the list: taken back it is the draft again', async () => {
    const page = await visits.open('nurse', '/inbox?compose=true');
    await page.route('**/api/patient-messages/threads', (route) => {
      const sendAfter = new Date(Date.now() + 86_400_000).toISOString();
      const asked = route.request();
      if (asked.method() !== 'POST') return route.continue();
      return route.continue({ postData: JSON.stringify({ ...(asked.postDataJSON() as object), sendAfter }) });
    });
    await writeTo(page, 'Kenji Chen', 'Your ear', 'Which ear is it?');
    await page.getByRole('button', { name: 'Send to Kenji Chen' }).click();
    const waiting = page.getByRole('list', { name: 'New threads that wait' });
    await waiting.getByText('To Kenji Chen: Your ear').waitFor();
    await waiting.getByText(/^Waits until/).waitFor();

    await waiting.getByRole('button', { name: 'Take back' }).click();
    const field = page.getByRole('textbox', { name: 'Message to the patient' });
    await expect.poll(() => field.inputValue()).toBe('Which ear is it?');
    await waiting.waitFor({ state: 'detached' });
    expect(await written('Your ear')).toEqual([]);
    await page.getByRole('button', { name: 'Send to Kenji Chen' }).click();
    await waiting.getByRole('button', { name: 'Send now' }).click();

    await expect.poll(() => written('Your ear')).toEqual(['Which ear is it?']);
    await waiting.waitFor({ state: 'detached' });
  });

  test('What waits stays over a sign-out until the same person signs in again', async () => {
    const { page, id } = await waitingReply('Said before I left.');
    await signOut(page);
    await page.unroute(sending);
    expect(await keptOn(page, 'before I left|Ana|/api/|nurse@')).toEqual({ writes: 1, readable: [] });

    await visits.signIn(page, 'nurse');

    await expect.poll(() => contents(id)).toContain('Said before I left.');
    await expect.poll(() => keptOn(page, 'before I left')).toEqual({ writes: 0, readable: [] });
    expect((await contents(id)).filter((content) => content === 'Said before I left.')).toHaveLength(1);
  });

  test('For another person on the same device what waited is gone, and it is never sent', async () => {
    const { page, id } = await waitingReply('Only from the nurse.');
    await signOut(page);
    await page.unroute(sending);

    await visits.signIn(page, 'provider');
    await expect.poll(() => keptOn(page, 'Only from the nurse')).toEqual({ writes: 0, readable: [] });
    expect(await page.content()).not.toContain('Only from the nurse.');
    await signOut(page);
    await visits.signIn(page, 'nurse');
    await page.waitForLoadState('networkidle');

    expect(await contents(id)).not.toContain('Only from the nurse.');
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

  test('A slow upload shows how far it is, is stopped by its button, and the reply goes out with the other file', async () => {
    const page = await visits.open('nurse', '/inbox?queue=all');
    await page.getByRole('link', { name: /Ana Ruiz/ }).first().click();
    await page.getByRole('textbox', { name: 'Message to the patient' }).fill('With one file.');
    await slowUploads(page, 30_000);
    const files = page.getByRole('list', { name: 'Attached files' });
    await page.getByLabel('Files to attach').setInputFiles([pdfOf('scan.pdf', 400_000), pdfOf('plan.pdf', 900)]);
    const bar = files.getByRole('progressbar', { name: 'Uploading scan.pdf' });
    await expect.poll(() => bar.evaluate((element: HTMLProgressElement) => element.value)).toBeGreaterThan(0);
    expect(await page.getByRole('button', { name: 'Send to patient' }).isDisabled()).toBe(true);
    await expect.poll(() => page.locator('[data-announcer]').textContent()).toMatch(/scan\.pdf: \d+% uploaded/);
    expect(await inspect(page, 'an upload')).toEqual([]);

    await page.getByRole('button', { name: 'Stop uploading scan.pdf' }).click();

    await files.getByRole('progressbar').waitFor({ state: 'detached' });
    expect(await page.getByRole('button', { name: 'Attach files' }).evaluate((one) => one === document.activeElement)).toBe(true);
    await page.getByRole('button', { name: 'Remove plan.pdf' }).waitFor();
    await page.getByRole('button', { name: 'Send to patient' }).click();
    await page.getByRole('log', { name: 'Messages' }).getByText('With one file.').waitFor();
    await page.getByRole('log', { name: 'Messages' }).getByText('plan.pdf').waitFor();
    expect(await page.getByRole('log', { name: 'Messages' }).getByText('scan.pdf').count()).toBe(0);
  });

  test('A photo in HEIC is attached as a JPEG, and one that is damaged says why it is not', async () => {
    const page = await visits.open('nurse', '/inbox?queue=all');
    await page.getByRole('link', { name: /Ana Ruiz/ }).first().click();
    await page.getByRole('textbox', { name: 'Message to the patient' }).fill('With a photo.');
    await page.getByLabel('Files to attach').setInputFiles([
      { name: 'IMG_0001.HEIC', mimeType: 'image/heic', buffer: heicPhoto },
      { name: 'cut.heic', mimeType: '', buffer: heicPhoto.subarray(0, 300) },
    ]);
    await page.getByText('cut.heic: not uploaded. This photo cannot be turned into a JPG').waitFor();
    await page.getByRole('button', { name: 'Remove cut.heic' }).click();
    await page.getByRole('button', { name: 'Send to patient' }).click();

    const log = page.getByRole('log', { name: 'Messages' });
    await log.getByText('With a photo.').waitFor();
    await log.getByText('IMG_0001.jpg').waitFor();
    expect(visits.said.filter((line) => line.includes('Content Security Policy'))).toEqual([]);
  });
});

async function writeTo(page: Page, patient: string, subject: string, text: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Patient' }).fill(patient);
  await page.getByRole('option', { name: new RegExp(patient) }).click();
  await page.getByRole('textbox', { name: 'Subject' }).fill(subject);
  await page.getByRole('textbox', { name: 'Message to the patient' }).fill(text);
  await page.getByText('Draft saved').waitFor();
}
