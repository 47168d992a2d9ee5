import { describe, expect, test } from 'vitest';
import { Caller } from '../../browser/caller';
import {
  badge,
  countBadges,
  deliverPush,
  keptPaths,
  notInstallable,
  programKept,
  shownNotices,
  standInPushService,
} from '../../browser/device';
import { missing } from './server';
import { Visits, writeMessage } from './visits';

const program = /^\/portal\/(?:index\.html|assets\/[\w.-]+\.(?:js|css)|vagus\.svg|icon-192\.png|portal\.webmanifest)$/;

describe.skipIf(missing)(`the installed portal${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest('installed', { installs: true });

  test('It can be installed, and its cache holds the program and nothing of a patient', async () => {
    const page = await visits.open('ana', '/portal/results');
    await programKept(page, '/portal/');
    await page.getByRole('navigation').getByRole('link', { name: 'Appointments' }).click();

    expect(await notInstallable(page)).toEqual([]);
    const kept = await keptPaths(page);
    expect(kept).toContain('/portal/index.html');
    expect(kept.filter((path) => !program.test(path))).toEqual([]);
  });

  test('Without a network it opens, says so, and goes on by itself when the network is back', async () => {
    const page = await visits.open('ana', '/portal/appointments');
    await programKept(page, '/portal/');
    await page.context().setOffline(true);
    await page.getByText(/You are offline since/).waitFor();
    await page.reload();
    await page.getByText(/The server cannot be reached right now/).waitFor();

    await page.context().setOffline(false);

    await page.getByRole('heading', { name: 'Your next appointment' }).waitFor();
  });

  test('Unread conversations are counted in the title and on the icon, and a sign-out ends both', async () => {
    const page = await visits.page();
    await page.addInitScript(countBadges);
    await page.goto('/portal/results');
    await visits.signIn(page, 'bo');
    await visits.nurse.ask('POST', '/api/patient-messages/threads', {
      patientId: 'bo', subject: 'Your shoes', category: 'general', content: 'You left them here.',
    });

    await expect.poll(() => page.title()).toBe('(1) Results');
    await expect.poll(() => badge(page)).toBe(1);
    await page.getByRole('navigation').getByRole('link', { name: 'More' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect.poll(() => page.title()).toBe('Sign in');
    expect(await badge(page)).toBe(0);
  });

  test('Notices are switched on and off, and end where somebody else signs in', async () => {
    const page = await visits.page();
    await page.context().grantPermissions(['notifications'], { origin: visits.clinic.url });
    await page.addInitScript(standInPushService);
    await page.goto('/portal/more/preferences');
    await visits.signIn(page, 'ana');
    const card = page.getByRole('region', { name: 'Notices on this device' });
    const subscribed = page.waitForResponse((response) => response.url().endsWith('/api/push/subscriptions'));
    await card.getByRole('button', { name: 'Switch on' }).click();
    expect((await subscribed).status()).toBe(201);
    await card.getByText(/^On\./).waitFor();

    const ended = page.waitForResponse((response) => response.request().method() === 'DELETE' && response.url().includes('/api/push/'));
    await card.getByRole('button', { name: 'Switch off' }).click();
    expect((await ended).status()).toBe(204);
    await card.getByText(/^Off\./).waitFor();
    await card.getByRole('button', { name: 'Switch on' }).click();
    await card.getByText(/^On\./).waitFor();
    // As after the end by time: only a sign-out that is asked for ends the notices itself.
    await page.context().clearCookies();
    await page.reload();
    await visits.signIn(page, 'bo');

    await card.getByText(/^Off\./).waitFor();
    expect(await page.evaluate(() => localStorage.getItem('vagus.portal-push'))).toBeNull();
  });

  test('A push message is shown in its own words', async () => {
    const page = await visits.open('ana', '/portal/messages');
    await page.context().grantPermissions(['notifications'], { origin: visits.clinic.url });
    await programKept(page, '/portal/');
    const message = { title: 'You have a new message', body: 'Sign in to read it.', url: '/portal', tag: 't1' };

    // A browser that has just registered the worker may lose one; of two with the same tag one is shown.
    const shown = () => deliverPush(page, visits.clinic.url, message).then(() => shownNotices(page, '/portal/'));

    await expect.poll(shown).toEqual(['You have a new message: Sign in to read it.']);
  });

  test('A conversation is saved as PDF, under a name that tells nothing', async () => {
    const page = await visits.open('ana');
    await writeMessage(page, 'To be printed', 'For my daughter.');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save this conversation as PDF' }).click();

    const file = await download;
    const chunks: Buffer[] = [];
    for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);

    expect(file.suggestedFilename()).toBe('conversation.pdf');
    expect(Buffer.concat(chunks).subarray(0, 5).toString()).toBe('%PDF-');
  });

  test('Words are searched for in the own conversations, where the clinic allows it', async () => {
    const page = await visits.open('ana');
    await writeMessage(page, 'A trip to Lima', 'May I take my pills on the plane?');
    await page.getByRole('navigation').getByRole('link', { name: /Messages/ }).click();
    const find = async (words: string) => {
      await page.getByRole('searchbox', { name: 'Search in my messages' }).fill(words);
      await page.getByRole('button', { name: 'Search', exact: true }).click();
    };
    await find('pills');
    await page.getByText('Your clinic has not switched on the search.').waitFor();
    await new Caller(visits.clinic, 'admin').ask('PUT', '/api/admin/settings/messaging', { search: true });

    await page.getByRole('button', { name: 'Show all messages' }).click();
    await find('plane pill');
    const list = page.getByRole('list', { name: 'Messages' });
    await list.locator('mark').first().waitFor();
    expect(await list.getByRole('listitem').count()).toBe(1);
    await list.getByRole('link', { name: /A trip to Lima/ }).click();
    await page.getByRole('log').getByText('May I take my pills').waitFor();
    expect(page.url()).not.toMatch(/plane|pill/);
    await page.goBack();
    await expect.poll(() => page.getByRole('searchbox').inputValue()).toBe('plane pill');
    await find('elephant');
    await page.getByText('No conversation has all of these words.').waitFor();
  });
});
