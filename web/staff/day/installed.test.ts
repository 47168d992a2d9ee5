import { describe, expect, test } from 'vitest';
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
import { missing } from './clinic';
import { signOut, Visits } from './visits';

const program = /^\/(?:index\.html|assets\/[\w.-]+\.(?:js|css)|vagus\.svg|icon-192\.png|staff\.webmanifest)$/;

describe.skipIf(missing)(`the installed staff app${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest('installed', { installs: true });

  test('It can be installed, its cache holds the program and nothing of a patient, and it opens without a network', async () => {
    const page = await visits.open('nurse', '/patients');
    await programKept(page, '/');
    await page.goto('/patients/ana');
    await page.getByRole('heading', { name: 'Ana Ruiz' }).waitFor();

    expect(await notInstallable(page)).toEqual([]);
    const kept = await keptPaths(page);
    expect(kept).toContain('/index.html');
    expect(kept.filter((path) => !program.test(path))).toEqual([]);

    await page.context().setOffline(true);
    await page.getByText(/^You are offline since/).waitFor();
    await page.reload();
    await page.getByText(/The server cannot be reached right now/).waitFor();
  });

  test('Unread threads are counted in the title and on the icon, and a sign-out ends both', async () => {
    const page = await visits.page();
    await page.addInitScript(countBadges);
    await page.goto('/patients');
    await visits.signIn(page, 'provider');
    await visits.caller('nurse').ask('POST', '/api/patient-messages/threads', {
      patientId: 'kenji', subject: 'His shoes', category: 'general', content: 'You left them here.',
    });
    await expect.poll(() => page.title()).toMatch(/^\(\d+\) Patients/);
    await expect.poll(() => badge(page)).toBeGreaterThan(0);

    await signOut(page);

    await expect.poll(() => page.title()).toBe('Sign in · Vagus');
    expect(await badge(page)).toBe(0);
  });

  test('Notices are switched on and off, end where somebody else signs in, and are shown in the words of the server', async () => {
    const page = await visits.page();
    await page.context().grantPermissions(['notifications'], { origin: visits.clinic.url });
    await page.addInitScript(standInPushService);
    await page.goto('/preferences');
    await visits.signIn(page, 'nurse');
    const card = page.getByRole('region', { name: 'Notices on this device' });
    const subscribed = page.waitForResponse((response) => response.url().endsWith('/api/push/subscriptions'));
    await card.getByRole('button', { name: 'Switch on' }).click();
    expect((await subscribed).status()).toBe(201);
    await card.getByText(/^On\./).waitFor();
    await deliverPush(page, visits.clinic.url, { title: 'Critical alert', body: 'Sign in to see it.', url: '/alerts', tag: 'a1' });
    await expect.poll(() => shownNotices(page, '/')).toEqual(['Critical alert: Sign in to see it.']);
    // As after the end by time: only a sign-out that is asked for ends the notices itself.
    await page.context().clearCookies();
    await page.reload();
    await visits.signIn(page, 'provider');
    // The next person is led home, and comes here by itself.
    await page.goto('/preferences');

    await card.getByText(/^Off\./).waitFor();
    expect(await page.evaluate(() => localStorage.getItem('vagus.staff-push'))).toBeNull();
  });
});
