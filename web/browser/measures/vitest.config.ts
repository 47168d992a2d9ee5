import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'measures',
    root: import.meta.dirname,
    include: ['*.test.ts'],
    globalSetup: ['./serve.ts'],
    fileParallelism: false,
    isolate: false,
    testTimeout: 900_000,
    hookTimeout: 180_000,
  },
});
