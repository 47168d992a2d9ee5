import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { noBrowser } from '../../browser/chromium';
import type { ClinicServer } from './clinic/clinicServer';

export { startChromium } from '../../browser/chromium';

const built = fileURLToPath(new URL('../dist/index.html', import.meta.url));

const breach = /Content Security Policy|Trusted ?(HTML|Script|Type)/i;

/** Why the tests cannot run here; null when they can. */
export const missing = noBrowser ?? (existsSync(built) ? null : 'the app is not built (npm run build)');

export interface Visit {
  context: BrowserContext;
  page: Page;
  /** What the page did against its policy, as the browser says it. */
  breaches: string[];
}

export async function visit(browser: Browser, clinic: ClinicServer, width: number): Promise<Visit> {
  const context = await browser.newContext({
    baseURL: clinic.url,
    viewport: { width, height: width < 500 ? 720 : 860 },
    locale: 'en-US',
    timezoneId: process.env['TZ'] ?? 'UTC',
    reducedMotion: 'no-preference',
  });
  const page = await context.newPage();
  const breaches: string[] = [];
  page.on('console', (message) => {
    if (breach.test(message.text())) breaches.push(message.text());
  });
  return { context, page, breaches };
}

export async function signIn(page: Page, path = '/'): Promise<void> {
  await page.goto(path);
  await page.getByLabel('Email').fill('kim@clinic.example');
  await page.getByLabel('Password', { exact: true }).fill('a long enough password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('status', { name: 'Connection' }).getByText('Live').waitFor();
}
