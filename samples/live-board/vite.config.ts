import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = process.env['VAGUS_SERVER'] ?? 'http://localhost:3000';

// The page and the server share one origin: the refresh token is in a cookie.
export default defineConfig({
  plugins: [react()],
  server: { proxy: { '/api': server, '/fhir': server, '/socket.io': { target: server, ws: true }, '/ws': { target: server, ws: true } } },
});
