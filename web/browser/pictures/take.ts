import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const folder = fileURLToPath(new URL('../../../docs/images/', import.meta.url));
const quality = 60;

/** The size of a picture, and of the window in which it is taken. */
export const size = { width: 1280, height: 800 };

export const schemes = ['light', 'dark'] as const;

/** A small picture of the page as it is now; the same name takes the place of the one before. */
export async function take(page: Page, app: 'staff' | 'portal', name: string, scheme: string): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('[aria-busy=true], [role=img][aria-label^=Loading]'));
  mkdirSync(folder, { recursive: true });
  await page.setViewportSize(size);
  // Nothing moves, and no field has a caret.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
  const devtools = await page.context().newCDPSession(page);
  const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality });
  writeFileSync(`${folder}${app}-${name}-${scheme}.webp`, Buffer.from(data, 'base64'));
}
