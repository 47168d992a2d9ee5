import { describe, expect, test } from 'vitest';
import { Caller } from '../../browser/caller';
import { heicInWideColour, heicOfSize, heicPhoto } from '../../browser/heicPhoto';
import { inspect } from '../../browser/inspect';
import { pdfOf, slowUploads } from '../../browser/slowUploads';
import { missing } from './server';
import { coloursOf, photoWithPlace } from './photo';
import { endSessionsOf, passGate, tabTo, threadIdOf, Visits, writeMessage } from './visits';

interface StaffThread {
  readonly thread: { readonly patient: { readonly id: string }; readonly lastSequence: number };
  readonly messages: readonly { readonly content: string; readonly attachments: readonly { readonly id: string }[] }[];
}

describe.skipIf(missing)(`messages${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest('messages');
  const staffThread = (id: string) => visits.nurse.ask<StaffThread>('GET', `/api/patient-messages/threads/${id}`);
  const answer = (id: string, content: string) => visits.nurse.ask('POST', `/api/patient-messages/threads/${id}/messages`, { content });

  test('A patient writes, a nurse reads and answers, and the patient sees both without doing anything', async () => {
    const page = await visits.open('ana');
    await writeMessage(page, 'Dizzy in the morning', 'Since Monday I am dizzy when I get up.');
    const id = threadIdOf(page);
    const log = page.getByRole('log', { name: 'Messages of this conversation' });
    await log.getByText('Since Monday I am dizzy').waitFor();

    expect((await staffThread(id)).thread.patient.id).toBe('ana');
    await visits.nurse.ask('POST', `/api/patient-messages/threads/${id}/mark-read`, {});
    await log.getByText(/Seen by your care team/).waitFor();
    await answer(id, 'Please measure your blood pressure twice a day.');

    await log.getByText('Please measure your blood pressure').waitFor();
    await log.getByText('Care team, nurse').waitFor();
  });

  test('An answer that comes on another page raises the number of unread conversations, and reading it ends that', async () => {
    const page = await visits.open('bo');
    await writeMessage(page, 'A second question', 'May I fly?');
    const id = threadIdOf(page);
    await page.getByRole('link', { name: 'Results' }).click();
    await page.getByRole('heading', { name: 'Results' }).waitFor();
    await answer(id, 'Yes, you may.');

    await page.getByText('1 unread conversation').waitFor({ state: 'attached' });
    await page.getByRole('navigation').getByRole('link', { name: /Messages/ }).click();
    await page.getByRole('link', { name: /A second question/ }).click();
    await page.getByText('Yes, you may.').waitFor();

    await page.getByText('1 unread conversation').waitFor({ state: 'detached' });
  });

  test('The question about an emergency is asked each time, and neither Enter nor "yes" leads past it', async () => {
    const page = await visits.open('ana');
    for (const _ of [1, 2]) {
      await page.getByRole('link', { name: 'Write a new message' }).click();
      await page.getByRole('button', { name: 'Continue' }).press('Enter');
      await page.getByText('Choose an answer first.').waitFor();
      await page.getByRole('radio', { name: /^Yes/ }).check();
      await page.getByText('Call 911 or 112 now.').waitFor();

      expect(await page.getByRole('link', { name: 'Call 911' }).getAttribute('href')).toBe('tel:911');
      expect(await page.getByRole('link', { name: 'Call 112' }).getAttribute('href')).toBe('tel:112');
      expect(await page.getByRole('button', { name: 'Continue' }).count()).toBe(0);
      expect(await page.getByLabel('Your message').count()).toBe(0);
      await page.getByRole('link', { name: 'All messages' }).click();
    }
  });

  test('A message with mistakes is not sent, and focus goes to the first of them', async () => {
    const page = await visits.open('bo');
    await passGate(page);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('name') ?? document.activeElement?.tagName);
    await expect.poll(focused).toBe('category');
    await page.getByRole('radio', { name: 'Something else' }).check();
    await page.getByLabel('Subject').fill('No text');
    await page.getByRole('button', { name: 'Send', exact: true }).click();

    await page.getByText('Write something first.').waitFor();
    await expect.poll(focused).toBe('TEXTAREA');
  });

  test('The thread of another patient is not found, and nothing of it is shown', async () => {
    const ana = await visits.open('ana');
    await writeMessage(ana, 'Only for my care team', 'A secret of mine.');
    const bo = await visits.open('bo', `/portal/messages/${threadIdOf(ana)}`);

    await bo.getByRole('heading', { name: 'There is no such conversation' }).waitFor();
    expect(await bo.content()).not.toContain('Only for my care team');
    expect(await bo.title()).not.toContain('Only');
  });

  test('What is typed is there after the session has ended, and on another device', async () => {
    const page = await visits.open('ana');
    await writeMessage(page, 'A long story', 'It began in spring.');
    const id = threadIdOf(page);
    const field = page.getByLabel('Your answer', { exact: true });
    await field.fill('And then it went on');
    await page.getByText('Kept as a draft').waitFor();

    await endSessionsOf(visits, 'ana');
    await page.getByText('Your session has ended.').waitFor();
    await field.waitFor({ state: 'detached' });
    expect(await page.getByLabel('Email', { exact: true }).inputValue()).toBe(visits.clinic.signInOf('ana').email);
    await visits.signIn(page, 'ana');

    expect(threadIdOf(page)).toBe(id);
    await expect.poll(() => page.getByLabel('Your answer', { exact: true }).inputValue()).toBe('And then it went on');
    const phone = await visits.open('ana', `/portal/messages/${id}`, { width: 320 });
    await expect.poll(() => phone.getByLabel('Your answer', { exact: true }).inputValue()).toBe('And then it went on');
  });

  test('After a sign-out nothing that one patient typed or read is there for the next one', async () => {
    const page = await visits.open('ana');
    await passGate(page);
    await page.getByLabel('Subject').fill('Half written by Ana');
    await page.getByRole('navigation').getByRole('link', { name: 'More' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();

    await visits.signIn(page, 'bo');
    await passGate(page);

    await page.waitForLoadState('networkidle');
    expect(await page.getByLabel('Subject').inputValue()).not.toContain('Ana');
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    expect(kept).not.toMatch(/Ana|ana@|Half/);
  });

  test('What could not be saved before the session ended is there after the sign-in, and is saved then', async () => {
    const page = await visits.open('ana');
    await writeMessage(page, 'Cut off', 'First.');
    const id = threadIdOf(page);
    const draft = /\/draft$/;
    await page.route(draft, (route) => (route.request().method() === 'PUT' ? route.abort() : route.continue()));
    const field = page.getByLabel('Your answer', { exact: true });
    await field.fill('Not on the server yet');
    await page.getByText('Your draft is on this page only').waitFor();

    await endSessionsOf(visits, 'ana');
    await page.getByText('Your session has ended.').waitFor();
    expect(await page.content()).not.toContain('Not on the server yet');
    await page.unroute(draft);
    await visits.signIn(page, 'ana');

    await expect.poll(() => field.inputValue()).toBe('Not on the server yet');
    await page.getByText('Kept as a draft').waitFor();
    const phone = await visits.open('ana', `/portal/messages/${id}`, { width: 320 });
    await expect.poll(() => phone.getByLabel('Your answer', { exact: true }).inputValue()).toBe('Not on the server yet');
  });

  test('A message that is taken back comes with its file, and arrives with it when it is sent after all', async () => {
    const page = await visits.open('ana');
    await writeMessage(page, 'With a photo', 'First.');
    const id = threadIdOf(page);
    await new Caller(visits.clinic, 'admin').ask('PUT', '/api/admin/settings/messaging', { undoSeconds: 15 });
    const files = page.getByRole('list', { name: 'Files of this message' });
    await page.getByLabel('Your answer', { exact: true }).fill('Look at this.');
    await page.getByLabel('Take a photo').setInputFiles({ name: 'rash.jpg', mimeType: 'image/jpeg', buffer: await photoWithPlace(page) });
    await files.getByText('rash.jpg').waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('list', { name: 'Not sent yet' }).getByText('Look at this.').waitFor();
    expect(await files.count()).toBe(0);

    await page.getByRole('button', { name: 'Take it back' }).click();
    await files.getByText('rash.jpg').waitFor();
    await expect.poll(() => page.getByLabel('Your answer', { exact: true }).inputValue()).toBe('Look at this.');
    await new Caller(visits.clinic, 'admin').ask('PUT', '/api/admin/settings/messaging', { undoSeconds: 0 });
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('log').getByText('Look at this.').waitFor();

    const sent = (await staffThread(id)).messages.filter(({ content }) => content === 'Look at this.');
    expect(sent.map(({ attachments }) => attachments.length)).toEqual([1]);
  });

  test('An answer that came while the patient wrote is shown before the message is sent', async () => {
    const page = await visits.open('ana');
    await writeMessage(page, 'Crossing letters', 'First.');
    const id = threadIdOf(page);
    // The answer is taken while the patient's message is on its way.
    const send = /\/threads\/[^/]+\/messages$/;
    await page.route(send, async (route) => {
      await answer(id, 'Please come in at once.');
      await route.continue();
    }, { times: 1 });
    await page.getByLabel('Your answer', { exact: true }).fill('It is better now.');
    await page.getByRole('button', { name: 'Send', exact: true }).click();

    await page.getByText(/Your care team has written meanwhile/).waitFor();
    await page.getByText('Please come in at once.').waitFor();
    expect((await staffThread(id)).messages.map(({ content }) => content)).not.toContain('It is better now.');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await expect.poll(async () => (await staffThread(id)).messages.at(-1)?.content).toBe('It is better now.');
  });

  test('A photo arrives without its place, and the other side can open it', async () => {
    const page = await visits.open('ana');
    await passGate(page);
    await page.getByRole('radio', { name: 'A question about my health' }).check();
    await page.getByLabel('Subject').fill('A rash');
    await page.getByLabel('Your message').fill('Here is a photo.');
    const photo = await photoWithPlace(page);
    expect(photo.includes('Exif')).toBe(true);
    expect(await page.getByLabel('Take a photo').getAttribute('capture')).toBe('environment');
    await page.getByLabel('Take a photo').setInputFiles({ name: 'rash.jpg', mimeType: 'image/jpeg', buffer: photo });
    await page.getByRole('list', { name: 'Files of this message' }).getByText('rash.jpg').waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('heading', { name: 'A rash' }).waitFor();
    await page.getByRole('button', { name: /Show rash\.jpg/ }).click();
    await page.getByRole('img', { name: 'rash.jpg' }).waitFor();

    const { messages } = await staffThread(threadIdOf(page));
    const arrived = await visits.nurse.file(`/api/patient-messages/attachments/${messages[0]?.attachments[0]?.id}`);
    expect(arrived.subarray(0, 2).toString('hex')).toBe('ffd8');
    expect(arrived.includes('Exif')).toBe(false);
  });

  test('A photo in HEIC arrives as a JPEG, and its decoder is loaded with the first one only', async () => {
    const page = await visits.open('ana');
    const programs: string[] = [];
    page.on('request', (request) => programs.push(new URL(request.url()).pathname));
    await writeMessage(page, 'A photo of a phone', 'It is on my hand.');
    const id = threadIdOf(page);
    const files = page.getByRole('list', { name: 'Files of this message' });
    await page.getByLabel('Your answer', { exact: true }).fill('Here it is.');
    expect(programs.filter((path) => path.includes('hei'))).toEqual([]);
    await page.getByLabel('Add a file').setInputFiles([
      { name: 'IMG_0001.HEIC', mimeType: '', buffer: heicPhoto },
      { name: 'IMG_0002.heic', mimeType: 'image/heic', buffer: heicInWideColour() },
    ]);
    await files.getByText('IMG_0002.jpg').waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('button', { name: /Show IMG_0001\.jpg/ }).click();
    const shown = page.getByRole('img', { name: 'IMG_0001.jpg' });
    await expect.poll(() => shown.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight])).toEqual([64, 48]);

    expect(programs.filter((path) => path.includes('hei'))).toContain('/portal/heic.js');
    const sent = (await staffThread(id)).messages.at(-1)?.attachments ?? [];
    const arrived = await Promise.all(sent.map((file) => visits.nurse.file(`/api/patient-messages/attachments/${file.id}`)));
    expect(arrived.map((bytes) => bytes.subarray(0, 3).toString('hex'))).toEqual(['ffd8ff', 'ffd8ff']);
    const [usual, wide] = await Promise.all(arrived.map((bytes) => coloursOf(page, bytes)));
    // As they were made: red on the left, blue on the right. The same figures are a stronger red on a phone's screen.
    expect(Math.abs(usual!.left[0] - 200)).toBeLessThan(12);
    expect(usual!.left[0]).toBeGreaterThan(usual!.left[2] + 120);
    expect(usual!.right[2]).toBeGreaterThan(usual!.right[0] + 120);
    expect(wide!.left[0]).toBeGreaterThan(usual!.left[0] + 5);
  });

  test('A photo in HEIC that is damaged or would fill the memory is refused in words, and nothing is sent', async () => {
    const page = await visits.open('ana');
    await passGate(page);
    let uploads = 0;
    page.on('request', (request) => (uploads += request.url().includes('/attachments') ? 1 : 0));
    const add = (name: string, buffer: Buffer) => page.getByLabel('Add a file').setInputFiles({ name, mimeType: 'image/heic', buffer });

    await add('bomb.heic', heicOfSize(30_000, 30_000));
    await page.getByText('This photo has too many pixels.').waitFor();
    await add('lie.heic', heicOfSize(8, 8));
    await page.getByText(/lie\.heic was not added/).waitFor();
    await page.getByText('This photo cannot be turned into a JPG.').waitFor();
    await add('cut.heic', heicPhoto.subarray(0, 300));
    await page.getByText(/cut\.heic was not added/).waitFor();
    await page.getByText('This photo cannot be turned into a JPG.').waitFor();

    expect(uploads).toBe(0);
    await page.route('**/heic.js', (route) => route.abort());
    await add('away.heic', heicPhoto);
    await page.getByText('The server cannot be reached right now.').waitFor();
  });

  test('A slow upload shows how far it is, is stopped by its button, and what is added after it arrives', async () => {
    const page = await visits.open('ana');
    await passGate(page);
    await page.getByLabel('Your message').fill('Two files.');
    await slowUploads(page, 30_000);
    const uploads = page.getByRole('list', { name: 'Files on their way' });
    await page.getByLabel('Add a file').setInputFiles([pdfOf('scan.pdf', 400_000), pdfOf('letter.pdf', 900)]);
    const bar = uploads.getByRole('progressbar', { name: 'Adding scan.pdf' });
    await expect.poll(() => bar.evaluate((element: HTMLProgressElement) => element.value)).toBeGreaterThan(0);
    expect(await bar.evaluate((element: HTMLProgressElement) => element.value)).toBeLessThan(1);
    await uploads.getByText('Waits for the file before it').waitFor();
    await expect.poll(() => page.locator('[data-announcer]').textContent()).toMatch(/^scan\.pdf: \d+% added$/);
    expect(await inspect(page, 'an upload')).toEqual([]);

    await page.getByRole('button', { name: 'Stop adding scan.pdf' }).click();

    await page.getByRole('list', { name: 'Files of this message' }).getByText('letter.pdf').waitFor();
    await uploads.waitFor({ state: 'detached' });
    expect(await page.getByLabel('Add a file').evaluate((field) => field === document.activeElement)).toBe(true);
    expect(await page.getByText(/scan\.pdf was not added/).count()).toBe(0);
  });

  test('A message is written and sent by the keyboard alone', async () => {
    const page = await visits.open('ana');
    await page.getByRole('link', { name: 'Write a new message' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'First: is this an emergency?' }).waitFor();
    await tabTo(page, 'radio');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByLabel('Subject').waitFor();
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.type('By keyboard');
    await page.keyboard.press('Tab');
    await page.keyboard.type('No mouse was used.');
    await tabTo(page, 'Send');
    await page.keyboard.press('Enter');

    await page.getByRole('heading', { name: 'By keyboard' }).waitFor();
    await page.getByText('No mouse was used.').waitFor();
  });
});
