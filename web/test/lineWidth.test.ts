import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const workspace = fileURLToPath(new URL('..', import.meta.url));
const madeByTools = new Set(['node_modules', 'dist', 'generated']);
const mostColumns = 140;

async function codeBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const inner = entries.filter((entry) => entry.isDirectory() && !madeByTools.has(entry.name));
  const files = entries.filter((entry) => /\.(?:tsx?|css)$/.test(entry.name)).map(({ name }) => join(folder, name));
  return [...files, ...(await Promise.all(inner.map(({ name }) => codeBelow(join(folder, name))))).flat()];
}

function wideLines(text: string): number[] {
  return text.split('\n').flatMap((line, index) => (line.length > mostColumns ? [index + 1] : []));
}

test('No line of code is wider than 140 columns', async () => {
  const files = await codeBelow(workspace);
  const found = await Promise.all(
    files.map(async (file) => wideLines(await readFile(file, 'utf8')).map((line) => `${relative(workspace, file)}:${line}`)),
  );

  expect(files.length).toBeGreaterThan(100);
  expect(found.flat()).toEqual([]);
});

test('A line of 141 columns is seen and one of 140 is not', () => {
  expect(wideLines(`${'x'.repeat(140)}\n${'x'.repeat(141)}`)).toEqual([2]);
});
