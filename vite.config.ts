/** Builds and serves the playground, and runs the tests. Workspace imports resolve to sources: nothing is built in development. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: process.env['VITEST'] ? undefined : 'apps/playground',
  plugins: [react()],
  resolve: { conditions: ['perdure-source', 'module', 'browser', 'development|production'] },
  ssr: { resolve: { conditions: ['perdure-source', 'module', 'node', 'development|production'] } },
  worker: { format: 'es' },
  optimizeDeps: { include: ['idb', 'comlink'] },
  test: {
    include: ['packages/*/src/**/*.test.{ts,tsx}', 'apps/*/src/**/*.test.{ts,tsx}', 'conformance/**/*.test.ts', 'scripts/**/*.test.ts'],
    environment: 'node',
  },
});
