import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** The router of either app, which leaves itself in the page. */
interface Routed {
  readonly __TSR_ROUTER__?: {
    readonly state: { readonly status: string; readonly location: { href: string }; readonly resolvedLocation?: { href: string } };
    navigate(to: { href: string }): Promise<void>;
  };
}

/**
 * Goes to a page as a link of the app does: the program and axe stay in the tab, which are seconds on a busy machine. The router says when
 * the page is there.
 */
export async function goWithin(page: Page, href: string): Promise<void> {
  await page.evaluate((to) => (globalThis as Routed)['__TSR_ROUTER__']?.navigate({ href: to }), href);
  await page.waitForFunction(() => {
    const state = (globalThis as Routed)['__TSR_ROUTER__']?.state;
    return state?.status === 'idle' && state.resolvedLocation?.href === state.location.href;
  });
  expect(new URL(page.url()).pathname).toBe(new URL(href, page.url()).pathname);
}
