import type { Page } from 'playwright-core';
import { inspect, widthFindings } from './inspect';

/** The size of a window and the scheme of its device. */
export interface Look {
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
}

/** A look in which a page is judged. */
export interface Judged extends Required<Look> {
  /** Axe takes a second for a page: it judges one look of each scheme. Whether the page fits is asked in every look. */
  readonly axe?: true;
}

/** Where to put pictures of every page; none are made without it. */
export const pictures = process.env['PICTURES'];

/** A phone is less high than a desk. */
export function heightOf(width: number): number {
  return width < 500 ? 720 : 900;
}

/**
 * What is found on the page as it is, in one look after the other: windows are resized and devices change their scheme under an open
 * page, so it is loaded once. `ready` waits until everything of it is there.
 */
export async function inspectIn(
  looks: readonly Judged[],
  page: Page,
  name: string,
  ready: (page: Page) => Promise<unknown>,
): Promise<string[]> {
  const found: string[] = [];
  for (const { width, scheme, axe } of looks) {
    await page.setViewportSize({ width, height: heightOf(width) });
    await page.emulateMedia({ colorScheme: scheme });
    await settled(page);
    await ready(page);
    if (pictures) await page.screenshot({ path: `${pictures}/${width}-${scheme}-${name}.png`, fullPage: true });
    found.push(...(await (axe ? inspect : widthFindings)(page, `${width}-${scheme}-${name}`)));
  }
  return found;
}

/**
 * The page has been drawn in its new look, and no colour is on its way from the old one. A browser may draw no frame of a page for as long
 * as it likes, and an animation then has no end: five seconds are enough.
 */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const enough = new Promise((resolve) => setTimeout(resolve, 5000));
    await Promise.race([new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))), enough]);
    const ending = document.getAnimations().filter((one) => one.effect?.getComputedTiming().iterations !== Infinity);
    await Promise.race([Promise.allSettled(ending.map(({ finished }) => finished)), enough]);
  });
}
