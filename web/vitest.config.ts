import { defineConfig } from 'vitest/config';
import { ByEnvironment } from './test/sequencer';

const workspace = {
  test: { name: 'workspace', include: ['test/**/*.test.ts'], globalSetup: ['test/buildPackages.ts'], isolate: false },
};

export default defineConfig({
  test: {
    projects: ['client', 'events', 'portal', 'react', 'staff', workspace],
    reporters: ['default'],
    // Projects share one process for the files of one kind: most of the time would go into loading the same modules again.
    sequence: { sequencer: ByEnvironment },
  },
});
