import { defaultClientConditions } from 'vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['vagus-source', ...defaultClientConditions] },
  ssr: { resolve: { conditions: ['vagus-source', ...defaultClientConditions] } },
  test: {
    name: 'staff',
    environment: 'node',
    isolate: false,
    include: ['test/**/*.test.{ts,tsx}'],
    // A form that is typed into takes a second, and several on a busy machine.
    testTimeout: 30_000,
    env: { TZ: 'America/New_York' },
  },
});
