import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, defaultClientConditions } from 'vite';
import { expect, test } from 'vitest';

const limit = 25 * 1024;

/** The minified bundle of everything that the package exports, without socket.io-client. */
async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['vagus-source', ...defaultClientConditions] },
    build: {
      write: false,
      minify: true,
      lib: { entry: fileURLToPath(new URL('../src/index.ts', import.meta.url)), formats: ['es'] },
      rolldownOptions: { external: ['socket.io-client'] },
    },
  });
  const [{ output }] = built as unknown as [{ output: [{ code: string }] }];
  return output[0].code;
}

test('Everything in the package is at most 25 KB compressed, and needs nothing of Node', async () => {
  const code = await bundle();

  expect(code).not.toMatch(/\bnode:|\brequire\(/);
  expect(gzipSync(code).length).toBeLessThan(limit);
  expect(gzipSync(code).length).toBeGreaterThan(5_000);
}, 60_000);
