import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const workspace = fileURLToPath(new URL('..', import.meta.url));
const calm = /@media \(prefers-reduced-motion: reduce\) \{\n([\s\S]*?)\n\}\n/;

function textOf(path: string): Promise<string> {
  return readFile(join(workspace, path), 'utf8');
}

async function filesOf(folder: string, kind: RegExp): Promise<string[]> {
  const entries = await readdir(join(workspace, folder), { recursive: true });
  return entries.filter((name) => kind.test(name)).map((name) => join(folder, name));
}

/** The selectors of rules that move something. */
function moving(css: string): string[] {
  const rules = css.replace(calm, '').matchAll(/([^{}]+)\{([^{}]*)\}/g);
  return [...rules].flatMap(([, selector = '', body = '']) =>
    /(?:^|[\s;])(?:animation|transition)(?:-name|-property)?:(?! none)/.test(body) ? [selector.trim()] : [],
  );
}

describe('Where a device asks for less motion', () => {
  test.each(['staff', 'portal'])('nothing of the %s app moves', async (app) => {
    const [, rules = ''] = calm.exec(await textOf(`${app}/src/ui/base.css`)) ?? [];

    expect(rules).toMatch(/^ {2}\*,\n {2}\*::before,\n {2}\*::after \{/);
    for (const [property, value] of [
      ['animation-delay', '0s'], ['animation-duration', '0.01ms'], ['animation-iteration-count', '1'],
      ['transition-delay', '0s'], ['transition-duration', '0.01ms'], ['scroll-behavior', 'auto'],
    ]) expect(rules).toContain(`${property}: ${value} !important;`);
  });

  test('each moving rule of the package stands still, as it cannot speak for the page around it', async () => {
    const css = await textOf('react/styles.css');
    const [, rules = ''] = calm.exec(css) ?? [];

    expect(moving(css).length).toBeGreaterThan(0);
    for (const selector of moving(css)) expect(rules).toContain(`${selector} {\n    animation: none;`);
  });

  test('no script moves anything past the style sheets', async () => {
    const files = (await Promise.all(['staff/src', 'portal/src', 'react/src'].map((folder) => filesOf(folder, /\.tsx?$/)))).flat();
    const texts = await Promise.all(files.map(async (file) => [file, await textOf(file)] as const));

    expect(files.length).toBeGreaterThan(300);
    expect(texts.filter(([, text]) => /\.animate\(|behavior: *['"]smooth/.test(text)).map(([file]) => file)).toEqual([]);
  });
});
