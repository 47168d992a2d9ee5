import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const client = fileURLToPath(new URL('..', import.meta.url));
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
  // Below the package, so that its dependencies are found.
  packed = mkdtempSync(join(client, 'packed-'));
  copyFileSync(join(client, 'package.json'), join(packed, 'package.json'));
  cpSync(join(client, 'dist'), join(packed, 'dist'), { recursive: true });
}, 60_000);

afterAll(() => rmSync(packed, { recursive: true, force: true }));

test('The built package is imported by its name in plain Node', () => {
  const names = run("import * as client from '@vagus/client'; console.log(Object.keys(client).join(' '))");

  expect(names.split(' ')).toEqual(expect.arrayContaining(['BrowserSession', 'LiveConnection', 'ResourceWatch', 'isStale']));
});

test('A page that is rendered on a server may make its session and connection there: nothing is opened and the process ends', () => {
  const said = run(`
    import { BrowserSession, LiveConnection, MessagingConnection, OpenAlerts, ResourceWatch } from '@vagus/client';
    const session = new BrowserSession();
    const connection = new LiveConnection({ tokens: session.token });
    const messaging = new MessagingConnection({ tokens: session.token });
    const search = connection.liveSearch('Appointment?date=2026-11-26');
    const alerts = new OpenAlerts({ session, connection });
    const watch = new ResourceWatch({ tokens: session.token });
    console.log(...[session, connection, watch, messaging, search, alerts].map(({ state }) => state.status));
  `);

  expect(said).toBe('unknown idle idle idle closed loading');
});
