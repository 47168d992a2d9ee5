import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

const conditions = ['vagus-source', ...defaultServerConditions];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { name: 'client', environment: 'node', isolate: false, include: ['test/**/*.test.ts'], globalSetup: ['../test/buildPackages.ts'] },
});
