import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig, type Plugin } from 'vite';
import { appShell } from '../appShell.ts';
import { heicWorker } from '../heicWorker.ts';
import { precompressed } from '../precompressed.ts';
import { themeCss } from './src/ui/themeCss.ts';

const server = process.env['VAGUS_SERVER'] ?? 'http://localhost:3000';

const app = {
  name: 'vagus-staff',
  base: '/',
  // As the server divides its addresses: everything else is a page of the app.
  others: ['/portal', '/api', '/fhir', '/socket.io', '/ws', '/oauth', '/.well-known', '/health', '/metrics', '/docs'],
  start: '/inbox',
  title: 'Vagus',
  beside: ['vagus.svg', 'icon-192.png', 'staff.webmanifest'],
};

/** Serves the theme's CSS variables as a file of their own: a strict CSP does not let the page write style elements. */
function themeVariables(): Plugin {
  const address = '/theme-variables.css';
  return {
    name: 'theme-variables',
    resolveId: (id) => (id === 'virtual:theme.css' ? address : null),
    load: (id) => (id === address ? themeCss() : null),
  };
}

export default defineConfig({
  plugins: [react(), themeVariables(), appShell(app), heicWorker(app.base), precompressed()],
  resolve: { conditions: ['vagus-source', ...defaultClientConditions] },
  build: {
    target: 'es2022',
    // light-dark() stays as it is: its replacement for older browsers needs a literal color-scheme.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // Data addresses are not allowed by the CSP either.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ }] } },
    },
  },
  server: {
    port: 5173,
    proxy: {
      '/api': server,
      '/fhir': server,
      '/socket.io': { target: server, ws: true },
      '/ws': { target: server, ws: true },
    },
  },
});
