import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'portal in a browser',
    root: import.meta.dirname,
    include: ['*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
