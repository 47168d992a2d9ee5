import type { Page } from 'playwright-core';

/** The program is kept on the device and the service worker answers this page: from now on the app opens without a network. */
export async function programKept(page: Page, scope: string): Promise<void> {
  // Not `waitForFunction`: it takes the promise of an async function for a yes.
  for (const end = Date.now() + 60_000; !(await workerAnswers(page, scope)); await page.waitForTimeout(50)) {
    if (Date.now() > end) throw new Error('The service worker did not answer the page in 60 s.');
  }
}

function workerAnswers(page: Page, scope: string): Promise<boolean> {
  return page.evaluate(async (at) => {
    const registration = await navigator.serviceWorker.getRegistration(at);
    return registration?.active?.state === 'activated' && navigator.serviceWorker.controller !== null;
  }, scope);
}

/** The paths of everything in the caches of the page's origin. */
export function keptPaths(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map(({ url }) => new URL(url).pathname);
  });
}

/** Why a browser would not install the app. A window of a test has no profile to be installed in. */
export async function notInstallable(page: Page): Promise<string[]> {
  const tools = await page.context().newCDPSession(page);
  const { installabilityErrors } = await tools.send('Page.getInstallabilityErrors');
  return installabilityErrors.map(({ errorId }) => errorId).filter((error) => error !== 'in-incognito');
}

/** Delivers a push message to the service worker of the page's origin. */
export async function deliverPush(page: Page, origin: string, message: object): Promise<void> {
  // A worker that is still being installed hears nothing of a push.
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const tools = await page.context().newCDPSession(page);
  const registered = new Promise<string>((resolve) => {
    tools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const [registration] = registrations;
      if (registration) resolve(registration.registrationId);
    });
  });
  await tools.send('ServiceWorker.enable');
  await tools.send('ServiceWorker.deliverPushMessage', { origin, registrationId: await registered, data: JSON.stringify(message) });
}

/** To be run in the page before its own scripts: notes the numbers on the icon. */
export function countBadges(): void {
  const badges: number[] = [];
  Object.assign(window, { badges });
  Object.assign(navigator, {
    setAppBadge: (count: number) => Promise.resolve(void badges.push(count)),
    clearAppBadge: () => Promise.resolve(void badges.push(0)),
  });
}

export function badge(page: Page): Promise<number | undefined> {
  return page.evaluate(() => (window as unknown as { badges: number[] }).badges.at(-1));
}

export function shownNotices(page: Page, scope: string): Promise<string[]> {
  return page.evaluate(async (at) => {
    const registration = await navigator.serviceWorker.getRegistration(at);
    return ((await registration?.getNotifications()) ?? []).map(({ title, body }) => `${title}: ${body}`);
  }, scope);
}

/** No push service can be reached from a test: what a browser gives for one, kept as the browser keeps it. */
export function standInPushService(): void {
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
