import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { goWithin } from '../../browser/goWithin';
import { motionFindings } from '../../browser/inspect';
import { inspectIn, pictures } from '../../browser/looks';
import { missing } from './server';
import { Visits } from './visits';

const doors = [
  '/portal/sign-in', '/portal/forgot-password', '/portal/activate', '/portal/reset-password#token=x', '/portal/verify-email#token=x',
];
const inside = [
  '/portal/messages', '/portal/messages/THREAD', '/portal/messages/none', '/portal/messages/new',
  '/portal/results', '/portal/results/panel', '/portal/results/chest', '/portal/results/none', '/portal/appointments',
  '/portal/more', '/portal/more/people', '/portal/more/apps', '/portal/more/preferences', '/portal/more/devices',
  '/portal/more/password', '/portal/more/second-step', '/portal/no/such/page',
];

/** What each language is looked at in. */
const looks = {
  'en-US': [
    { width: 1280, scheme: 'light', axe: true },
    { width: 320, scheme: 'dark', axe: true },
  ],
  'es-MX': [
    { width: 768, scheme: 'dark' },
    { width: 320, scheme: 'light', axe: true },
  ],
} as const;
const locales = Object.keys(looks) as (keyof typeof looks)[];

describe.skipIf(missing)(`every page${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest('pages', { installs: true });
  let thread = '';

  beforeAll(async () => {
    if (pictures) mkdirSync(pictures, { recursive: true });
    const { thread: begun } = await visits.nurse.ask<{ thread: { id: string } }>('POST', '/api/patient-messages/threads', {
      patientId: 'ana', subject: 'Your blood pressure', category: 'medical_question', content: 'How have your values been since Monday?',
    });
    thread = begun.id;
  });

  test.each(locales)('in %s has no finding, fits its width and keeps the console silent', async (locale) => {
    const [first] = looks[locale];
    const look = (page: Page, name: string) => inspectIn(looks[locale], page, `${locale}${name.replaceAll(/[/#=]/g, '_')}`, ready);
    const findings: string[] = [];
    const door = await visits.page({ ...first, locale });
    for (const address of doors) {
      await door.goto(address);
      findings.push(...(await look(door, address)));
    }
    const page = await visits.open('ana', '/portal', { ...first, locale });
    for (const address of inside) {
      await goWithin(page, address.replace('THREAD', thread));
      findings.push(...(await look(page, address)));
    }
    findings.push(...(await lookAtForms(page, look)));

    findings.push(...(await motionFindings(page, locale)));

    expect(findings).toEqual([]);
    // The browser itself writes what was not found, what was cut off by leaving a page, and hints for password managers.
    expect(visits.said.filter((line) => !/^verbose:|status of 40[14]|net::ERR_|WebSocket connection to/.test(line))).toEqual([]);
  });

  test.each(locales)('No word of the navigation is broken on a phone in %s', async (locale) => {
    const page = await visits.open('ana', '/portal/messages', { width: 320, locale });
    await ready(page);

    const lines = await page.getByRole('navigation').getByRole('link').evaluateAll((links) =>
      links.map((link) => {
        const range = document.createRange();
        range.selectNodeContents(link.querySelector('span')!);
        return `${link.textContent}: ${new Set([...range.getClientRects()].map(({ top }) => top)).size}`;
      }),
    );

    expect(lines).toHaveLength(4);
    expect(lines.filter((line) => !line.endsWith(': 1'))).toEqual([]);
  });

  test('The screen of a phone at 200 % has everything, without scrolling sideways', async () => {
    const page = await visits.open('ana', `/portal/messages/${thread}`, { width: 320 });
    await page.evaluate(() => (document.documentElement.style.fontSize = '212%'));

    const cut = await page.getByRole('navigation').getByRole('link').evaluateAll((links) =>
      links
        .filter((link) => link.scrollWidth > link.clientWidth || link.getBoundingClientRect().right > window.innerWidth)
        .map((link) => link.textContent),
    );

    expect(cut).toEqual([]);
    expect(await inspectIn([{ width: 320, scheme: 'light', axe: true }], page, 'text-200-percent', ready)).toEqual([]);
  });
});

async function ready(page: Page): Promise<void> {
  await page.locator('h1').waitFor();
  await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
}

const addsApp = /authenticator app|aplicación de autenticación/;

/** The portal has no dialogs. After a step: both answers of the gate, mistakes, a second step, acting for somebody, offline. */
async function lookAtForms(page: Page, look: (page: Page, name: string) => Promise<string[]>): Promise<string[]> {
  const found: string[] = [];
  await page.goto('/portal/messages/new');
  await page.getByRole('radio').first().check();
  found.push(...(await look(page, '_gate-yes')));
  await page.getByRole('radio').nth(1).check();
  await page.locator('form button[type=submit]').click();
  await page.locator('textarea').waitFor();
  await page.locator('form button[type=submit]').click();
  found.push(...(await look(page, '_new-mistakes')));
  await page.goto('/portal/more/password');
  await page.locator('form button[type=submit]').click();
  await page.locator('[aria-invalid=true]').first().waitFor();
  // What is half under the head of the page would be judged by the half that is seen.
  await page.evaluate(() => scrollTo(0, 0));
  found.push(...(await look(page, '_password-mistakes')));
  await page.goto('/portal/more/second-step');
  await page.getByRole('button', { name: addsApp }).click();
  await page.getByRole('textbox').waitFor();
  found.push(...(await look(page, '_adding-an-app')));
  await page.route('**/factors/totp', (route) => route.fulfill({ status: 401, json: { code: 'fresh_sign_in_required', title: 'No' } }));
  await page.reload();
  await page.getByRole('button', { name: addsApp }).click();
  await page.locator('input[type=password]').waitFor();
  found.push(...(await look(page, '_showing-who-it-is')));
  await page.goto('/portal/messages');
  await page.locator('select').selectOption('mia');
  found.push(...(await look(page, '_acting')));
  await page.context().setOffline(true);
  await page.locator('.notice').waitFor();
  found.push(...(await look(page, '_offline')));
  await page.context().setOffline(false);
  await page.locator('select').selectOption('');
  return found;
}
