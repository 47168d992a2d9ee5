import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';
import { precompressed } from '../precompressed.ts';
import { appShell } from '../appShell.ts';
import { heicWorker } from '../heicWorker.ts';

const server = process.env['VAGUS_SERVER'] ?? 'http://localhost:3000';

const base = '/portal/';
const app = {
  name: 'vagus-portal',
  base,
  others: [],
  start: '/portal/messages',
  title: 'Patient portal',
  beside: ['vagus.svg', 'icon-192.png', 'portal.webmanifest'],
};

export default defineConfig({
  base,
  plugins: [react(), appShell(app), heicWorker(base), precompressed()],
  resolve: { conditions: ['vagus-source', ...defaultClientConditions] },
  build: {
    target: 'es2022',
    // light-dark() stays as it is: its replacement for older browsers needs a literal color-scheme.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The CSP allows no data addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ }] } },
    },
  },
  server: {
    port: 5174,
    proxy: {
      '/api': server,
      '/fhir': server,
      '/socket.io': { target: server, ws: true },
    },
  },
});
