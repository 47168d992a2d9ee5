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
  // One that was looked at before has it.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe);
  const { violations, wide } = await page.evaluate(async () => {
    const { axe: tool } = globalThis as unknown as { axe: { run: (options: object) => Promise<{ violations: Violation[] }> } };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    // Only violations are read: of everything else one node is enough, and none needs a selector.
    const found = await tool.run({ runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'], selectors: false });
    const { scrollWidth, clientWidth } = document.documentElement;
    return {
      violations: found.violations.map(({ id, nodes }) => ({
        id,
        nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })),
      })),
      wide: scrollWidth > clientWidth,
    };
  });
  return [...violations.map(violationText), ...(wide ? ['wider than the screen'] : [])].map((finding) => `${name}: ${finding}`);
}

function violationText({ id, nodes }: Violation): string {
  const places = nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`);
  return `${id}: ${places.join(' | ').slice(0, 700)}`;
}
