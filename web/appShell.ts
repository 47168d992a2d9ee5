import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin } from 'vite';

interface App {
  readonly name: string;
  readonly base: string;
  readonly others: readonly string[];
  readonly start: string;
  readonly title: string;
  /** Files beside the hashed ones that it needs to open. */
  readonly beside: readonly string[];
}

/** Builds the service worker after an app, with the list of the app's files in it: another file is another worker. */
export function appShell({ beside, ...app }: App): Plugin {
  return {
    name: 'app-shell',
    apply: 'build',
    async writeBundle({ dir }) {
      if (!dir) return;
      const assets = (await readdir(join(dir, 'assets'))).filter((name) => /\.(?:js|css)$/.test(name)).map((name) => `assets/${name}`);
      const files = ['index.html', ...assets.toSorted(), ...beside];
      const hash = createHash('sha256');
      for (const name of files) hash.update(name).update(await readFile(join(dir, name)));
      const { base } = app;
      const shell = {
        ...app,
        version: hash.digest('hex').slice(0, 16),
        index: `${base}index.html`,
        files: files.map((name) => base + name),
      };
      await build({
        configFile: false,
        logLevel: 'warn',
        define: { shell: JSON.stringify(shell) },
        build: {
          outDir: dir,
          emptyOutDir: false,
          copyPublicDir: false,
          target: 'es2022',
          rolldownOptions: {
            input: new URL('worker/sw.ts', import.meta.url).pathname,
            output: { entryFileNames: 'sw.js', format: 'iife' },
          },
        },
      });
    },
  };
}
