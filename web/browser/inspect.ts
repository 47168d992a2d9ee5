import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe finds on the page as it is now, and whether it is wider than its screen; each with the page's name. */
export async function inspect(page: Page, name: string): Promise<string[]> {
  return [...(await axeFindings(page)).map((finding) => `${name}: ${finding}`), ...(await widthFindings(page, name))];
}

/** Whether the page as it is now is wider than its screen. */
export async function widthFindings(page: Page, name: string): Promise<string[]> {
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  return isWide ? [`${name}: wider than the screen`] : [];
}

/** What moves on the page for a person whose device asks for less motion: by the computed style of its elements. */
export async function motionFindings(page: Page, name: string): Promise<string[]> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const moving = await page.evaluate(() =>
    [...document.querySelectorAll('*')]
      .filter((one) =>
        [null, '::before', '::after'].some((part) => {
          // Computed times are in seconds.
          const { animationDuration, transitionDuration, scrollBehavior } = getComputedStyle(one, part);
          const times = `${animationDuration},${transitionDuration}`.split(',');
          return scrollBehavior === 'smooth' || times.some((time) => parseFloat(time) > 0.001);
        }),
      )
      .map((one) => one.outerHTML.slice(0, 120)),
  );
  await page.emulateMedia({ reducedMotion: null });
  return moving.slice(0, 5).map((one) => `${name}: moves under reduced motion: ${one}`);
}

async function axeFindings(page: Page): Promise<string[]> {
  // One that was looked at before has it.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const { axe: tool } = globalThis as unknown as { axe: { run: (options: object) => Promise<{ violations: Violation[] }> } };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    // Only violations are read: of everything else one node is enough, and none needs a selector.
    const found = await tool.run({ runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'], selectors: false });
    return found.violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })),
    }));
  });
  return violations.map(violationText);
}

function violationText({ id, nodes }: Violation): string {
  const places = nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`);
  return `${id}: ${places.join(' | ').slice(0, 700)}`;
}
