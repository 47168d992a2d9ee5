import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { inspect } from '../../browser/inspect';
import { missing } from './clinic';
import { addressOf, pages, writeDetails, type Details } from './pages';
import { Visits, type Screen } from './visits';

/** Where to put pictures of every page; none are made without it. */
const pictures = process.env['PICTURES'];

const screens: readonly Screen[] = [
  { width: 1440, scheme: 'light' },
  { width: 1440, scheme: 'dark' },
  { width: 768, scheme: 'dark' },
  { width: 320, scheme: 'light' },
  { width: 320, scheme: 'dark' },
];

describe.skipIf(missing)(`every page${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest();
  let ids: Details = { BIOPSY: '', CLAIM: '' };

  beforeAll(async () => {
    if (pictures) mkdirSync(pictures, { recursive: true });
    ids = await writeDetails(visits);
  });

  test.each(screens)('at $width px in $scheme has no finding, fits its width and keeps the console silent', async (screen) => {
    const findings: string[] = [];
    for (const [name, addresses] of Object.entries(pages)) {
      const page = await visits.open(name, '/', screen);
      for (const address of addresses) {
        await page.goto(addressOf(address, ids));
        findings.push(...(await look(page, nameOf(screen, name, address))));
      }
      if (name === 'provider') findings.push(...(await lookAtDialogs(page, screen)));
      if (name === 'admin') findings.push(...(await lookAtAdminDialogs(page, screen)));
      await page.context().close();
    }

    expect(findings).toEqual([]);
    // The browser itself writes what was not found and what was cut off by leaving a page.
    expect(visits.said.filter((line) => !/^verbose:|status of 40[14]|net::ERR_|WebSocket connection to/.test(line))).toEqual([]);
  });
});

function nameOf({ width, scheme }: Screen, role: string, what: string): string {
  return `${width}-${scheme}-${role}${what.replaceAll(/[/?=&]/g, '_')}`;
}

async function look(page: Page, name: string): Promise<string[]> {
  await page.locator('h1').waitFor();
  await page.waitForFunction(() => !document.querySelector('[role=img][aria-label^=Loading]'));
  if (pictures) await page.screenshot({ path: `${pictures}/${name}.png` });
  return inspect(page, name);
}

/** What only comes after a step: an appointment and its move, the search for everything, a booking. */
async function lookAtDialogs(page: Page, screen: Screen): Promise<string[]> {
  const found: string[] = [];
  const dialog = async (what: string) => {
    await page.getByRole('dialog').waitFor();
    found.push(...(await look(page, nameOf(screen, 'provider', `_${what}`))));
  };
  await page.goto('/schedule');
  await page.getByRole('button', { name: /Kenji Chen/ }).click();
  await dialog('appointment');
  await page.getByRole('button', { name: 'Move…' }).click();
  await dialog('move');
  await page.keyboard.press('Escape');
  await page.goto('/schedule?book=true');
  await dialog('book');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Find a patient, page or action' }).fill('an');
  await page.getByRole('option', { name: /Ana Ruiz/ }).waitFor();
  await dialog('palette');
  return found;
}

async function lookAtAdminDialogs(page: Page, screen: Screen): Promise<string[]> {
  const found: string[] = [];
  for (const [address, button] of [
    ['/settings', 'Invite a colleague'],
    ['/settings', 'Sign out everywhere'],
    ['/settings?section=limits', 'Approve these limits…'],
    ['/settings?section=canned', 'Add a response'],
    ['/alerts/on-call', 'Add a turn'],
  ] as const) {
    await page.goto(address);
    await page.getByRole('button', { name: button }).first().click();
    await page.getByRole('dialog').waitFor();
    found.push(...(await look(page, nameOf(screen, 'admin', `_${button.replaceAll(/[ …]/g, '-')}`))));
  }
  return found;
}
