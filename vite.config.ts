/** Builds and serves the playground, and runs the tests. Workspace imports resolve to sources: nothing is built in development. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { uploadEndpoint } from './apps/playground/server/plugin.ts';
import { perdure } from './packages/core/src/entry/vite.ts';

/** The page needs nothing but its own files: no inline script or style, no eval, no worker from a blob, and no HTML or script made from text. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default perdure";

export default defineConfig({
  ...(process.env['VITEST'] ? {} : { root: 'apps/playground' }),
  plugins: [react(), perdure(), uploadEndpoint()],
  resolve: { conditions: ['perdure-source', 'module', 'browser', 'development|production'] },
  ssr: { resolve: { conditions: ['perdure-source', 'module', 'node', 'development|production'] } },
  // The devtools show where code waits in what a person wrote, and have a page of their own beside.
  build: { sourcemap: true, rollupOptions: { input: ['index.html', 'devtools.html'].map((page) => `${import.meta.dirname}/apps/playground/${page}`) } },
  preview: { headers: { 'Content-Security-Policy': contentSecurityPolicy } },
  worker: { format: 'es', plugins: () => [perdure({ variables: true })] }, // the devtools below show the variables of the examples, in the build too
  optimizeDeps: { include: ['idb', 'comlink'] },
  test: {
    include: [
      'packages/*/src/**/*.test.{ts,tsx}',
      'apps/*/{src,server}/**/*.test.{ts,tsx}',
      'conformance/**/*.test.ts',
      'conformance-go/**/*.test.ts',
      'scripts/**/*.test.ts',
      'trust/**/*.test.ts',
    ],
    environment: 'node',
    testTimeout: 60_000, // machines are noisy: no test is judged by its time
    alias: [{ find: /^@temporalio\/(activity|client|common|testing|worker|workflow)$/, replacement: `${import.meta.dirname}/packages/core/src/entry/$1.ts` }],
  },
});
