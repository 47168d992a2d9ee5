import { mkdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Page, Request } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { goWithin } from '../../browser/goWithin';
import { motionFindings } from '../../browser/inspect';
import { inspectIn, pictures } from '../../browser/looks';
import { missing } from './clinic';
import { addressOf, pages, writeDetails, type Details } from './pages';
import { Visits } from './visits';

const looks = [
  { width: 1440, scheme: 'light', axe: true },
  { width: 768, scheme: 'dark' },
  { width: 320, scheme: 'dark', axe: true },
] as const;

const mostScriptBytes = 180 * 1_024;

describe.skipIf(missing)(`every page${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest('pages', { installs: true });
  let ids: Details = { BIOPSY: '', CLAIM: '', ENTRY: '' };

  beforeAll(async () => {
    if (pictures) mkdirSync(pictures, { recursive: true });
    ids = await writeDetails(visits);
  });

  test('The script before the first screen is at most 180 KiB: what a page names at its start, and what the sign-in loads', async () => {
    const page = await visits.page();
    const scripts: Request[] = [];
    page.on('requestfinished', (request) => request.resourceType() === 'script' && scripts.push(request));
    await page.goto('/sign-in');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    const sent = await Promise.all(scripts.map((request) => request.sizes()));
    const bytes = sent.reduce((sum, { responseBodySize }) => sum + responseBodySize, 0);
    const named = await gzipOf(visits.clinic.url, '/sign-in');

    process.stdout.write(`script of the staff app: ${kib(named)} at its start (gzip), ${kib(bytes)} as sent for the sign-in\n`);
    expect(scripts.length).toBeGreaterThan(2);
    expect(named).toBeGreaterThan(60 * 1_024);
    expect(Math.max(named, bytes)).toBeLessThanOrEqual(mostScriptBytes);
  });

  test.each(Object.keys(pages))('of %s has no finding, fits each width and keeps the console silent', async (role) => {
    const findings: string[] = [];
    const page = await visits.open(role, '/');
    for (const address of pages[role] ?? []) {
      await goWithin(page, addressOf(address, ids));
      findings.push(...(await look(page, `${role}${address.replaceAll(/[/?=&]/g, '_')}`)));
    }
    if (role === 'provider') findings.push(...(await lookAtDialogs(page)));
    if (role === 'admin') findings.push(...(await lookAtAdminDialogs(page)));

    // The style sheets of the app are the same on each page: one is asked.
    findings.push(...(await motionFindings(page, role)));

    expect(findings).toEqual([]);
    // The browser itself writes what was not found and what was cut off by leaving a page.
    expect(visits.said.filter((line) => !/^verbose:|status of 40[14]|net::ERR_|WebSocket connection to/.test(line))).toEqual([]);
  });
});

function kib(bytes: number): string {
  return `${Math.round(bytes / 1_024)} KiB`;
}

/** How much script a page names at its start, compressed by gzip. */
async function gzipOf(origin: string, page: string): Promise<number> {
  const index = await (await fetch(`${origin}${page}`)).text();
  const files = [...index.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, file = '']) => file);
  const scripts = await Promise.all(files.map(async (file) => (await fetch(`${origin}${file}`)).arrayBuffer()));
  return scripts.reduce((sum, script) => sum + gzipSync(script, { level: 9 }).length, 0);
}

function look(page: Page, name: string): Promise<string[]> {
  return inspectIn(looks, page, name, async () => {
    await page.locator('h1').waitFor();
    await page.waitForFunction(() => !document.querySelector('[role=img][aria-label^=Loading]'));
  });
}

/** What only comes after a step: an appointment and its move, the search for everything, a booking. */
async function lookAtDialogs(page: Page): Promise<string[]> {
  const found: string[] = [];
  const dialog = async (what: string) => {
    await page.getByRole('dialog').waitFor();
    found.push(...(await look(page, `provider_${what}`)));
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

async function lookAtAdminDialogs(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const [address, button] of [
    ['/settings', 'Invite a colleague'],
    ['/settings', 'Sign out everywhere'],
    ['/settings?section=limits', 'Approve these limits…'],
    ['/settings?section=canned', 'Add a response'],
    ['/settings?section=apps', 'Register an application'],
    ['/settings?section=services', 'Add a service account'],
    ['/settings?section=services', 'Secrets…'],
    ['/alerts/on-call', 'Add a turn'],
  ] as const) {
    await page.goto(address);
    await page.getByRole('button', { name: button }).first().click();
    await page.getByRole('dialog').waitFor();
    found.push(...(await look(page, `admin_${button.replaceAll(/[ …]/g, '-')}`)));
  }
  return found;
}
