import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: ['client', 'events', 'react', 'staff', { test: { name: 'workspace', include: ['test/**/*.test.ts'] } }],
    reporters: ['default'],
  },
});
