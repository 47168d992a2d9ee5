import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'pictures of every page',
    root: import.meta.dirname,
    include: ['*.test.ts'],
    globalSetup: ['./serve.ts'],
    fileParallelism: false,
    isolate: false,
    testTimeout: 600_000,
    hookTimeout: 180_000,
  },
});
