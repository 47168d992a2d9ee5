import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'pictures of every page',
    root: import.meta.dirname,
    include: ['*.test.ts'],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 180_000,
  },
});
