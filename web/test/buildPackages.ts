import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
let built = false;

/** Builds the packages once before the tests that take them as they are published. */
export function setup(): void {
  if (built) return;
  built = true;
  for (const name of ['events', 'client', 'react']) {
    const project = fileURLToPath(new URL(`../${name}/tsconfig.build.json`, import.meta.url));
    execFileSync(process.execPath, [compiler, '-p', project], { timeout: 60_000 });
  }
}
