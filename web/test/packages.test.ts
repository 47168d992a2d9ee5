import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const workspace = fileURLToPath(new URL('..', import.meta.url));
const sample = fileURLToPath(new URL('../../samples/live-board', import.meta.url));
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
const names = ['events', 'client', 'react'] as const;
/** Below the workspace, so that React, Vite and socket.io-client are found; the packages themselves are those of the tarballs. */
let place: string;

function run(program: string, args: readonly string[], folder = place): string {
  return execFileSync(program, args, { cwd: folder, encoding: 'utf8', timeout: 120_000 });
}

function unpack(name: string): void {
  const packed = run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', place], join(workspace, name));
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  const target = join(place, 'node_modules', '@vagus', name);
  mkdirSync(target, { recursive: true });
  run('tar', ['-xzf', join(place, filename), '--strip-components=1', '-C', target]);
}

beforeAll(() => {
  place = mkdtempSync(join(workspace, 'packed-'));
  for (const name of names) unpack(name);
  for (const file of ['src', 'index.html', 'package.json', 'tsconfig.json', 'vite.config.ts']) {
    cpSync(join(sample, file), join(place, file), { recursive: true });
  }
}, 120_000);

afterAll(() => rmSync(place, { recursive: true, force: true }));

describe.each(names)('The tarball of @vagus/%s', (name) => {
  test('holds what the package needs, and no tests', () => {
    const files = readdirSync(join(place, 'node_modules', '@vagus', name));

    expect(files).toEqual(expect.arrayContaining(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'package.json', 'src']));
    expect(files.filter((file) => /test|config|node_modules/.test(file))).toEqual([]);
  });

  test('is published with the statement of where it was built, and cannot be without one', () => {
    const { publishConfig } = JSON.parse(readFileSync(join(place, 'node_modules', '@vagus', name, 'package.json'), 'utf8')) as {
      publishConfig?: object;
    };

    expect(publishConfig).toEqual({ access: 'public', provenance: true });
  });

  test('has every file that its exports name', () => {
    const folder = join(place, 'node_modules', '@vagus', name);
    const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { exports: Record<string, unknown> };
    const paths = Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? [entry] : Object.values(entry as object)));

    for (const path of paths as string[]) expect(readFileSync(join(folder, path)).length).toBeGreaterThan(0);
  });
});

test('Plain Node renders a page with the packages: nothing is opened and the process ends', () => {
  const program = `
    import { BrowserSession } from '@vagus/client';
    import { RealtimeIndicator, VagusProvider } from '@vagus/react';
    import { createElement } from 'react';
    import { renderToString } from 'react-dom/server';
    const page = createElement(VagusProvider, { session: new BrowserSession() }, createElement(RealtimeIndicator));
    console.log(renderToString(page));
  `;

  expect(run(process.execPath, ['--input-type=module', '--eval', program])).toContain('Not connected');
}, 60_000);

test('The sample compiles and builds from the tarballs', () => {
  run(process.execPath, [compiler, '--noEmit']);
  run(process.execPath, [join(workspace, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'error']);

  expect(readdirSync(join(place, 'dist', 'assets')).map((file) => file.split('.').at(-1)).sort()).toEqual(['css', 'js']);
}, 120_000);

test('The guide shows the sample word for word', () => {
  const guide = readFileSync(new URL('../../docs/guides/build-a-screen.md', import.meta.url), 'utf8');
  const shown = [...guide.matchAll(/```tsx\n(.*?)```/gs)].map(([, text = '']) => text);
  const written = readdirSync(join(sample, 'src')).map((file) => readFileSync(join(sample, 'src', file), 'utf8'));

  expect(shown.length).toBeGreaterThan(3);
  expect(shown.filter((text) => !written.some((file) => file.includes(text)))).toEqual([]);
});
