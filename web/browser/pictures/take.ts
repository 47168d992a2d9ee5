import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const folder = fileURLToPath(new URL('../../../docs/images/', import.meta.url));
const quality = 50;

/** The size of a picture, and of the window in which it is taken. */
export const size = { width: 1280, height: 800 };

export const schemes = ['light', 'dark'] as const;

/** A small picture of the page as it is now; the same name takes the place of the one before. */
export async function take(page: Page, app: 'staff' | 'portal', name: string, scheme: string): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('[aria-busy=true], [role=img][aria-label^=Loading]'));
  mkdirSync(folder, { recursive: true });
  await page.setViewportSize(size);
  // What was highlighted because it is new has faded, and fields have no caret.
  await page.screenshot({ path: `${folder}${app}-${name}-${scheme}.jpg`, type: 'jpeg', quality, animations: 'disabled', caret: 'hide' });
}
