import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { Caller } from '../../browser/caller';
import { missing } from './server';
import { programKept, Visits, writeMessage } from './visits';

const program = /^\/portal\/(?:index\.html|assets\/[\w.-]+\.(?:js|css)|vagus\.svg|icon-192\.png|portal\.webmanifest)$/;

describe.skipIf(missing)(`the installed portal${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest();

  test('It can be installed, and its cache holds the program and nothing of a patient', async () => {
    const page = await visits.open('ana', '/portal/results');
    await programKept(page);
    await page.getByRole('navigation').getByRole('link', { name: 'Appointments' }).click();
    const tools = await page.context().newCDPSession(page);

    const { installabilityErrors } = await tools.send('Page.getInstallabilityErrors');
    const kept = await page.evaluate(async () => {
      const names = await caches.keys();
      const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return requests.flat().map(({ url }) => new URL(url).pathname);
    });

    // A window of a test has no profile to be installed in.
    expect(installabilityErrors.map(({ errorId }) => errorId).filter((error) => error !== 'in-incognito')).toEqual([]);
    expect(kept).toContain('/portal/index.html');
    expect(kept.filter((path) => !program.test(path))).toEqual([]);
  });

  test('Without a network it opens, says so, and goes on by itself when the network is back', async () => {
    const page = await visits.open('ana', '/portal/appointments');
    await programKept(page);
    await page.context().setOffline(true);
    await page.reload();
    await page.getByText(/The server cannot be reached right now/).waitFor();

    await page.context().setOffline(false);

    await page.getByRole('heading', { name: 'Your next appointment' }).waitFor();
  });

  test('Unread conversations are counted in the title and on the icon, and a sign-out ends both', async () => {
    const page = await visits.page();
    await page.addInitScript(() => {
      const badges: number[] = [];
      Object.assign(window, { badges });
      Object.assign(navigator, {
        setAppBadge: (count: number) => Promise.resolve(void badges.push(count)),
        clearAppBadge: () => Promise.resolve(void badges.push(0)),
      });
    });
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
    await page.context().grantPermissions(['notifications'], { origin: visits.server.url });
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
    const page = await visits.open('ana');
    await page.context().grantPermissions(['notifications'], { origin: visits.server.url });
    await programKept(page);
    const tools = await page.context().newCDPSession(page);
    const registered = new Promise<string>((resolve) => {
      tools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const [registration] = registrations;
        if (registration) resolve(registration.registrationId);
      });
    });
    await tools.send('ServiceWorker.enable');

    const data = JSON.stringify({ title: 'You have a new message', body: 'Sign in to read it.', url: '/portal', tag: 't1' });
    await tools.send('ServiceWorker.deliverPushMessage', { origin: visits.server.url, registrationId: await registered, data });

    await expect.poll(() => shownNotices(page)).toEqual(['You have a new message: Sign in to read it.']);
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
    await new Caller(visits.server, 'admin').ask('PUT', '/api/admin/settings/messaging', { search: true });

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

function badge(page: Page): Promise<number | undefined> {
  return page.evaluate(() => (window as unknown as { badges: number[] }).badges.at(-1));
}

function shownNotices(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration('/portal/');
    return ((await registration?.getNotifications()) ?? []).map(({ title, body }) => `${title}: ${body}`);
  });
}

/** No push service can be reached from a test: what a browser gives for one, kept as the browser keeps it. */
function standInPushService(): void {
  const place = 'test.subscription';
  const subscription = {
    toJSON: () => ({
      endpoint: 'https://push.example/ana',
      keys: {
        p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
        auth: 'BTBZMqHH6r4Tts7J_aSIgg',
      },
    }),
    unsubscribe: () => Promise.resolve(localStorage.removeItem(place)).then(() => true),
  };
  Object.assign(PushManager.prototype, {
    subscribe: () => Promise.resolve(localStorage.setItem(place, '1')).then(() => subscription),
    getSubscription: () => Promise.resolve(localStorage.getItem(place) ? subscription : null),
  });
}
