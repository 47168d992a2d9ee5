import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { inspect } from '../../browser/inspect';
import { missing } from './server';
import { Visits, type Screen } from './visits';

/** Where to put pictures of every page; none are made without it. */
const pictures = process.env['PICTURES'];

const doors = [
  '/portal/sign-in', '/portal/forgot-password', '/portal/activate', '/portal/reset-password#token=x', '/portal/verify-email#token=x',
];
const inside = [
  '/portal/messages', '/portal/messages/THREAD', '/portal/messages/none', '/portal/messages/new',
  '/portal/results', '/portal/results/panel', '/portal/results/chest', '/portal/results/none', '/portal/appointments',
  '/portal/more', '/portal/more/people', '/portal/more/apps', '/portal/more/preferences', '/portal/more/devices',
  '/portal/more/second-step', '/portal/no/such/page',
];

const screens: readonly Screen[] = [
  { width: 1280, scheme: 'light' },
  { width: 1280, scheme: 'dark' },
  { width: 320, scheme: 'light' },
  { width: 320, scheme: 'dark' },
  { width: 320, scheme: 'light', locale: 'es-MX' },
  { width: 768, scheme: 'dark', locale: 'es-MX' },
];

describe.skipIf(missing)(`every page${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest();
  let thread = '';

  beforeAll(async () => {
    if (pictures) mkdirSync(pictures, { recursive: true });
    const { thread: begun } = await visits.nurse.ask<{ thread: { id: string } }>('POST', '/api/patient-messages/threads', {
      patientId: 'ana', subject: 'Your blood pressure', category: 'medical_question', content: 'How have your values been since Monday?',
    });
    thread = begun.id;
  });

  test.each(screens)('at $width px in $scheme ($locale) has no finding, fits its width and keeps the console silent', async (screen) => {
    const name = `${screen.width}-${screen.scheme}-${screen.locale ?? 'en'}`;
    const findings: string[] = [];
    const door = await visits.page(screen);
    for (const address of doors) {
      await door.goto(address);
      findings.push(...(await look(door, `${name}${address.replaceAll(/[/#=]/g, '_')}`)));
    }
    const page = await visits.open('ana', '/portal', screen);
    for (const address of inside) {
      await page.goto(address.replace('THREAD', thread));
      findings.push(...(await look(page, `${name}${address.replaceAll('/', '_')}`)));
    }
    findings.push(...(await lookAtForms(page, name)));

    expect(findings).toEqual([]);
    // The browser itself writes what was not found, what was cut off by leaving a page, and hints for password managers.
    expect(visits.said.filter((line) => !/^verbose:|status of 40[14]|net::ERR_|WebSocket connection to/.test(line))).toEqual([]);
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
    expect(await look(page, '320-text-200-percent')).toEqual([]);
  });
});

async function look(page: Page, name: string): Promise<string[]> {
  await page.locator('h1').waitFor();
  await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
  if (pictures) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
  return inspect(page, name);
}

/** What only comes after a step: both answers of the gate, the form with its mistakes, acting for somebody, offline. */
async function lookAtForms(page: Page, name: string): Promise<string[]> {
  const found: string[] = [];
  await page.goto('/portal/messages/new');
  await page.getByRole('radio').first().check();
  found.push(...(await look(page, `${name}_gate-yes`)));
  await page.getByRole('radio').nth(1).check();
  await page.locator('form button[type=submit]').click();
  await page.locator('textarea').waitFor();
  await page.locator('form button[type=submit]').click();
  found.push(...(await look(page, `${name}_new-mistakes`)));
  await page.goto('/portal/messages');
  await page.locator('select').selectOption('mia');
  found.push(...(await look(page, `${name}_acting`)));
  await page.context().setOffline(true);
  await page.locator('.notice').waitFor();
  found.push(...(await look(page, `${name}_offline`)));
  await page.context().setOffline(false);
  await page.locator('select').selectOption('');
  return found;
}
