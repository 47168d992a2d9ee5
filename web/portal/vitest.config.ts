import { defaultClientConditions } from 'vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['vagus-source', ...defaultClientConditions] },
  ssr: { resolve: { conditions: ['vagus-source', ...defaultClientConditions] } },
  test: {
    name: 'portal',
    environment: 'node',
    isolate: false,
    include: ['test/**/*.test.{ts,tsx}'],
    testTimeout: 30_000,
    env: { TZ: 'America/New_York' },
  },
});
