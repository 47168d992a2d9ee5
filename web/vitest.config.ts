import { defineConfig } from 'vitest/config';

const workspace = { test: { name: 'workspace', include: ['test/**/*.test.ts'], globalSetup: ['test/buildPackages.ts'] } };

export default defineConfig({
  test: {
    projects: ['client', 'events', 'portal', 'react', 'staff', workspace],
    reporters: ['default'],
  },
});
