import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { name: 'events', environment: 'node', isolate: false, include: ['test/**/*.test.ts'] },
});
