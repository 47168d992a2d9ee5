import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { noBrowser } from '../../browser/chromium';
import type { ClinicServer } from './clinic/clinicServer';

export { startChromium } from '../../browser/chromium';

const built = fileURLToPath(new URL('../dist/index.html', import.meta.url));

/** Why the tests cannot run here; null when they can. */
export const missing = noBrowser ?? (existsSync(built) ? null : 'the app is not built (npm run build)');

export interface Visit {
  context: BrowserContext;
  page: Page;
  /** Everything the page wrote to the console, and every error. */
  said: string[];
}

interface Screen {
  width?: number;
  scheme?: 'light' | 'dark';
}

export async function visit(browser: Browser, clinic: ClinicServer, options: Screen = {}): Promise<Visit> {
  const context = await browser.newContext({
    baseURL: clinic.url,
    viewport: { width: options.width ?? 1280, height: (options.width ?? 1280) < 500 ? 720 : 860 },
    colorScheme: options.scheme ?? 'light',
    locale: 'en-US',
    timezoneId: process.env['TZ'] ?? 'UTC',
    reducedMotion: 'no-preference',
  });
  const page = await context.newPage();
  const said: string[] = [];
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => said.push(`error: ${error.message}`));
  return { context, page, said };
}

export async function signIn(page: Page, path = '/'): Promise<void> {
  await page.goto(path);
  await page.getByLabel('Email').fill('kim@clinic.example');
  await page.getByLabel('Password', { exact: true }).fill('a long enough password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('status', { name: 'Connection' }).getByText('Live').waitFor();
}
