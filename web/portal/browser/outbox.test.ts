import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { programKept } from '../../browser/device';
import { inspect } from '../../browser/inspect';
import { keptOn } from '../../browser/keptOn';
import { missing } from './server';
import { endSessionsOf, passGate, threadIdOf, Visits, writeMessage, type Screen } from './visits';

interface StaffThread {
  readonly messages: readonly { readonly content: string }[];
}

/** Words of these tests, names of people, and what is asked of the server. */
const readable = 'tunnel|sent\\.|Only from|Ana|ana@|/api/|/fhir/';
const sending = /\/messages\/threads(\/[^/]+\/messages)?$/;

describe.skipIf(missing)(`what waits to be sent${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest('outbox', { installs: true });
  const contents = async (id: string) =>
    (await visits.nurse.ask<StaffThread>('GET', `/api/patient-messages/threads/${id}`)).messages.map(({ content }) => content);
  const answer = (id: string, content: string) => visits.nurse.ask('POST', `/api/patient-messages/threads/${id}/messages`, { content });

  test('A message that was written without a network survives a reload, is sent once, and lies on the device unreadable', async () => {
    const { page, id } = await inThread(visits, 'From the train');
    await programKept(page, '/portal/');
    await offline(page);
    await reply(page, 'From the tunnel.');
    await page.getByRole('list', { name: 'Waiting on this device' }).getByText('From the tunnel.').waitFor();
    await page.getByText('1 message waits on this device to be sent.').waitFor();
    expect(await page.getByLabel('Your answer', { exact: true }).inputValue()).toBe('');

    await page.reload();
    await page.getByRole('heading', { name: 'Something went wrong' }).waitFor();
    expect(await keptOn(page, readable)).toEqual({ writes: 1, readable: [] });
    await page.context().setOffline(false);

    await page.getByRole('log').getByText('From the tunnel.').waitFor();
    await page.getByRole('list', { name: 'Waiting on this device' }).waitFor({ state: 'detached' });
    expect((await contents(id)).filter((content) => content === 'From the tunnel.')).toHaveLength(1);
    expect(await keptOn(page, readable)).toEqual({ writes: 0, readable: [] });
    expect(await page.getByLabel('Your answer', { exact: true }).inputValue()).toBe('');
  });

  test('It waits over a sign-out until the same person signs in again', async () => {
    const { page, id } = await inThread(visits, 'Signed out meanwhile');
    await page.route(sending, (route) => route.abort());
    await reply(page, 'Still to be sent.');
    await page.getByText('1 message waits on this device to be sent.').waitFor();
    await page.getByRole('navigation').getByRole('link', { name: 'More' }).click();
    await page.getByText('All of it stays here, locked, until you sign in again.').waitFor();
    await signOut(page);
    await page.unroute(sending);
    expect(await keptOn(page, readable)).toEqual({ writes: 1, readable: [] });

    await visits.signIn(page, 'ana');

    await expect.poll(() => contents(id)).toContain('Still to be sent.');
    await expect.poll(() => keptOn(page, readable)).toEqual({ writes: 0, readable: [] });
    expect((await contents(id)).filter((content) => content === 'Still to be sent.')).toHaveLength(1);
  });

  test('For another person it is gone, and is never sent', async () => {
    const { page, id } = await inThread(visits, 'On a shared device');
    await page.route(sending, (route) => route.abort());
    await reply(page, 'Only from Ana.');
    await page.getByText('1 message waits on this device to be sent.').waitFor();
    await signOut(page);
    await page.unroute(sending);

    await visits.signIn(page, 'bo');
    await expect.poll(() => keptOn(page, readable)).toEqual({ writes: 0, readable: [] });
    expect(await page.content()).not.toContain('Only from Ana.');
    await signOut(page);
    await visits.signIn(page, 'ana');
    await page.waitForLoadState('networkidle');

    expect(await contents(id)).not.toContain('Only from Ana.');
  });

  test('What crossed an answer of the clinic is shown with it, and is sent only by a choice', async () => {
    const { page, id } = await inThread(visits, 'Crossing letters on a train');
    await offline(page);
    await reply(page, 'It is better now.');
    await page.getByText('1 message waits on this device to be sent.').waitFor();
    await answer(id, 'Please come in at once.');
    await page.context().setOffline(false);

    const waiting = page.getByRole('list', { name: 'Waiting on this device' });
    await waiting.getByText(/Your care team has written meanwhile/).waitFor();
    await page.getByRole('log').getByText('Please come in at once.').waitFor();
    expect(await contents(id)).not.toContain('It is better now.');
    await waiting.getByRole('button', { name: 'Send it all the same' }).click();
    await page.getByRole('log').getByText('It is better now.').waitFor();

    expect((await contents(id)).at(-1)).toBe('It is better now.');
  });

  test('What waits can be taken back and changed', async () => {
    const { page, id } = await inThread(visits, 'Second thoughts');
    await offline(page);
    await reply(page, 'A hasty word.');
    await page.getByRole('button', { name: 'Take it back' }).click();
    const field = page.getByLabel('Your answer', { exact: true });
    await expect.poll(() => field.inputValue()).toBe('A hasty word.');
    await field.fill('A better word.');
    await page.context().setOffline(false);
    await page.getByRole('status').getByText('Up to date').waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('log').getByText('A better word.').waitFor();

    expect(await contents(id)).not.toContain('A hasty word.');
  });

  test('A new conversation that was begun without a network waits in the list and comes into it', async () => {
    const page = await visits.open('bo');
    await passGate(page);
    await page.getByRole('radio', { name: 'Something else' }).check();
    await page.getByLabel('Subject').fill('Begun on the road');
    await page.getByLabel('Your message').fill('No network here.');
    await offline(page);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('list', { name: 'Waiting on this device' }).getByText('Begun on the road').waitFor();
    await page.context().setOffline(false);

    await page.getByRole('link', { name: /Begun on the road/ }).click();
    await page.getByRole('log').getByText('No network here.').waitFor();
  });

  test('What is written while an older message waits is not lost when that one goes out', async () => {
    const { page } = await inThread(visits, 'Two thoughts');
    await offline(page);
    await reply(page, 'The first thought.');
    await page.getByText('1 message waits on this device to be sent.').waitFor();
    await page.getByLabel('Your answer', { exact: true }).fill('The second thought');
    await page.context().setOffline(false);
    await page.getByRole('log').getByText('The first thought.').waitFor();
    await page.getByText('Kept as a draft').waitFor();

    const other = await visits.open('ana', new URL(page.url()).pathname);

    await expect.poll(() => other.getByLabel('Your answer', { exact: true }).inputValue()).toBe('The second thought');
  });

  test('After an administrator has ended the sessions what waited is lost, and the person is told', async () => {
    const { page, id } = await inThread(visits, 'A lost device');
    await page.route(sending, (route) => route.abort());
    await reply(page, 'This will be lost.');
    await page.getByText('1 message waits on this device to be sent.').waitFor();
    await endSessionsOf(visits, 'ana');
    await page.getByText('Your session has ended.').waitFor();
    await page.unroute(sending);

    await visits.signIn(page, 'ana');

    await page.getByText(/1 message that waited here is lost/).waitFor();
    expect(await contents(id)).not.toContain('This will be lost.');
    await page.getByRole('button', { name: 'I understand' }).click();
    await page.getByText(/1 message that waited here is lost/).waitFor({ state: 'detached' });
  });

  const screens: readonly Screen[] = [{ width: 320, scheme: 'light' }, { width: 320, scheme: 'dark', locale: 'es-MX' }];

  test.each(screens)('The page with a message that waits has no finding at $width px in $scheme ($locale)', async (screen) => {
    const { thread } = await visits.nurse.ask<{ thread: { id: string } }>('POST', '/api/patient-messages/threads', {
      patientId: 'ana', subject: 'How are you?', category: 'medical_question', content: 'Tell us.',
    });
    const page = await visits.open('ana', `/portal/messages/${thread.id}`, screen);
    await page.getByRole('log').getByText('Tell us.').waitFor();
    // Also its draft is loaded.
    await page.waitForLoadState('networkidle');
    await page.context().setOffline(true);
    await page.locator('.notice').first().waitFor();
    await page.locator('textarea').fill('Better, thank you.');
    await page.locator('form button[type=submit]').click();
    await page.locator('li.card').getByText('Better, thank you.').waitFor();

    expect(await inspect(page, 'waiting')).toEqual([]);
    await page.getByRole('navigation').getByRole('link').first().click();
    await page.locator('li.card').getByText('Better, thank you.').waitFor();
    expect(await inspect(page, 'waiting in the list')).toEqual([]);
  });
});

async function inThread(visits: Visits, subject: string): Promise<{ page: Page; id: string }> {
  const page = await visits.open('ana', '/portal/messages');
  await writeMessage(page, subject, 'First.');
  await page.getByRole('log').getByText('First.').waitFor();
  return { page, id: threadIdOf(page) };
}

async function offline(page: Page): Promise<void> {
  await page.context().setOffline(true);
  await page.getByText(/You are offline since/).waitFor();
}

async function reply(page: Page, text: string): Promise<void> {
  await page.getByLabel('Your answer', { exact: true }).fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: 'More' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
}
