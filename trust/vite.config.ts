/** Builds the page that keeps an engine busy, and serves the build; the tools that drive it add their ledger to the server. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { perdure } from '../packages/core/src/entry/vite.ts';

const inRoot = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

export default defineConfig({
  root: fileURLToPath(new URL('app', import.meta.url)),
  cacheDir: inRoot('node_modules/.vite-trust'),
  plugins: [perdure()],
  resolve: { conditions: ['perdure-source', 'module', 'browser', 'production'] },
  worker: { format: 'es', plugins: () => [perdure()] },
  build: { outDir: inRoot('node_modules/.cache/perdure/trust'), emptyOutDir: true, target: 'es2022' },
});
