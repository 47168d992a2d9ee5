import { copyFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build, type Plugin } from 'vite';

const notice = `/*! libheif and libde265 (LGPL-3.0) by way of libheif-js, unchanged: the text of the licence is beside this file, in
 heic.licence.txt; their sources are at https://github.com/strukturag. */`;

/**
 * Builds the worker that draws pictures in HEIC, after an app and at a fixed address: the server gives this one file leave to compile
 * WebAssembly. The decoder is a file of its own, so that another build of the library can take its place.
 */
export function heicWorker(base: string): Plugin {
  return {
    name: 'heic-worker',
    apply: 'build',
    async writeBundle({ dir }) {
      if (!dir) return;
      await build({
        configFile: false,
        logLevel: 'warn',
        base,
        build: {
          outDir: dir,
          emptyOutDir: false,
          copyPublicDir: false,
          target: 'es2022',
          assetsInlineLimit: 0,
          rolldownOptions: {
            input: new URL('worker/heic.ts', import.meta.url).pathname,
            output: { entryFileNames: 'heic.js', assetFileNames: 'assets/[name]-[hash][extname]', format: 'iife', postBanner: notice },
          },
        },
      });
      const library = dirname(createRequire(import.meta.url).resolve('libheif-js/package.json'));
      await copyFile(join(library, 'libheif-wasm', 'LICENSE'), join(dir, 'heic.licence.txt'));
    },
  };
}
