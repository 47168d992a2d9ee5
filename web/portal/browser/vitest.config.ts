import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'portal in a browser',
    root: import.meta.dirname,
    include: ['*.test.ts'],
    globalSetup: ['./serve.ts'],
    // One process and one browser for all files; each has an organization of its own.
    fileParallelism: false,
    isolate: false,
    // What is waited for comes when the machine has time for it.
    expect: { poll: { timeout: 20_000 } },
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
