import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const client = fileURLToPath(new URL('..', import.meta.url));
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
let packed: string;

/** Runs a module in plain Node, beside the package as npm would install it. */
function run(program: string): string {
  return execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: packed,
    encoding: 'utf8',
    timeout: 20_000,
  }).trim();
}

beforeAll(() => {
  execFileSync(process.execPath, [compiler, '-p', join(client, '..', 'events', 'tsconfig.build.json')]);
  // Below the package, so that its dependencies are found.
  packed = mkdtempSync(join(client, 'packed-'));
  copyFileSync(join(client, 'package.json'), join(packed, 'package.json'));
  execFileSync(process.execPath, [compiler, '-p', join(client, 'tsconfig.build.json'), '--outDir', join(packed, 'dist')]);
}, 60_000);

afterAll(() => rmSync(packed, { recursive: true, force: true }));

test('The built package is imported by its name in plain Node', () => {
  const names = run("import * as client from '@vagus/client'; console.log(Object.keys(client).join(' '))");

  expect(names.split(' ')).toEqual(expect.arrayContaining(['BrowserSession', 'LiveConnection', 'ResourceWatch', 'isStale']));
});

test('A page that is rendered on a server may make its session and connection there: nothing is opened and the process ends', () => {
  const said = run(`
    import { BrowserSession, LiveConnection, ResourceWatch } from '@vagus/client';
    const session = new BrowserSession();
    const connection = new LiveConnection({ tokens: session.token });
    const watch = new ResourceWatch({ tokens: session.token });
    console.log(session.state.status, connection.state.status, watch.state.status);
  `);

  expect(said).toBe('unknown idle idle');
});
